"""Keys that hold names of units."""

from functools import lru_cache

from deploylint.values.systemd_words import split_blanks
from deploylint.vocabulary.systemd import key, well_known_unit

_LISTS = frozenset(
    {
        "config_parse_unit_deps",
        "config_parse_obsolete_unit_deps",
        "config_parse_service_sockets",
        "config_parse_socket_service",
        "config_parse_trigger_unit",
        "config_parse_unit_slice",
    }
)
_INSTALL = frozenset({"Alias", "WantedBy", "RequiredBy", "UpheldBy", "Also"})


def names_units(section: str, name: str) -> bool:
    """Whether the value is one unit name or a list of them, without quotes."""
    if section == "Install":
        return name in _INSTALL
    known = key(section, name)
    return known is not None and known.parser in _LISTS


def names_other_units(value: str) -> bool:
    """Whether a list of units names any but those that systemd and common packages bring."""
    return not names_well_known_units(value)


@lru_cache(maxsize=1024)
def names_well_known_units(value: str) -> bool:
    """Whether a list of units names none but those that systemd and common packages bring, as most lists do."""
    return all(well_known_unit(word.text) for word in split_blanks(value))
