"""Keys that hold names of units."""

from deploylint.vocabulary.systemd import key

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
