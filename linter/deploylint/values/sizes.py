"""Amounts of memory and data, in bytes."""

from deploylint.pattern import pattern
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.integers import UINT64_MAX, digits_value, parse_permyriad, parse_supervisor_integer

_SUFFIXES = "EPTGMKB"
_PART = pattern(
    r"[ \t\n\r]*+\+?(?P<whole>[0-9]++)(?P<point>\.(?P<fraction>[0-9]*+))?[ \t\n\r]*+(?P<suffix>[EPTGMKB]?)"
)
_NGINX = pattern(r"(?P<digits>[0-9]++)(?P<unit>[kKmMgG]?)\Z")
_NGINX_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_NGINX_MAX = 2**63 - 1
_SUPERVISOR_UNITS = {"kb": 1024, "mb": 1024**2, "gb": 1024**3}


def parse_systemd_size(text: str, base: int = 1024) -> int:
    """`512M`, `1.5G`, `1G 512M`: suffixes B K M G T P E in upper case, several parts in falling order.

    `base` is 1024 or, for network and disk bandwidth, 1000 (systemd, `parse_size`).
    """
    total = 0
    offset = 0
    first_allowed = 0
    while True:
        match = _PART.match(text, offset)
        if match is None:
            raise InvalidValue(
                f"{quoted(text)} is not a size: use a number with B, K, M, G, T, P or E", offset
            )
        suffix = match["suffix"]
        rank = _SUFFIXES.index(suffix) if suffix else len(_SUFFIXES)
        if rank < first_allowed:
            raise InvalidValue("the parts of a size must fall from the largest unit to the smallest", offset)
        factor: int = base ** max(len(_SUFFIXES) - 1 - rank, 0)
        whole, fraction = digits_value(match["whole"]), match["fraction"] or ""
        total += whole * factor
        has_fraction = bool(fraction.strip("0"))
        if has_fraction:
            total += int(float("0." + fraction) * factor)
        if max(total, digits_value(fraction)) > UINT64_MAX or whole + has_fraction > UINT64_MAX // factor:
            raise InvalidValue(f"{quoted(text)} is too large", offset)
        first_allowed = rank + 1
        offset = match.end()
        if offset == len(text):
            return total
        if first_allowed > len(_SUFFIXES):
            raise InvalidValue(
                f"{quoted(text)} is not a size: use a number with B, K, M, G, T, P or E", offset
            )


def parse_memory_limit(text: str) -> float:
    """Bytes, or `infinity`, for MemoryMax= and its kin; nothing at all is infinity too.

    A percentage of the machine's memory gives nan: the machine is unknown. (systemd,
    `config_parse_memory_limit`; MemoryMax=, MemoryHigh= and MemoryLimit= also refuse 0, which the caller checks.)
    """
    if text in {"", "infinity"}:
        return float("inf")
    if text[-1] in "%‰‱":
        return float("nan") if parse_permyriad(text) else 0
    return parse_systemd_size(text)


def parse_nginx_size(text: str) -> int:
    """`4096`, `64k`, `10m` (nginx, `ngx_parse_size`). `1g` is for offsets only."""
    return _nginx_bytes(text, "km")


def parse_nginx_offset(text: str) -> int:
    """`4096`, `64k`, `10m`, `1g`: where files are meant (nginx, `ngx_parse_offset`)."""
    return _nginx_bytes(text, "kmg")


def _nginx_bytes(text: str, units: str) -> int:
    match = _NGINX.match(text)
    unit = match["unit"].lower() if match else ""
    if match is None or (unit and unit not in units):
        raise InvalidValue(f"{quoted(text)} is not a size: use a number with {', '.join(units)} or no unit")
    value = digits_value(match["digits"]) * _NGINX_UNITS[unit]
    if value > _NGINX_MAX:
        raise InvalidValue(f"{quoted(text)} is too large")
    return value


def parse_supervisor_bytes(text: str) -> int:
    """`50MB`, `1024`, `10 KB`: a whole number and KB, MB or GB in any case (supervisor, `SuffixMultiplier`)."""
    lowered = text.lower()
    factor = _SUPERVISOR_UNITS.get(lowered[-2:])
    if factor is None:
        return parse_supervisor_integer(text)
    return parse_supervisor_integer(text[:-2]) * factor
