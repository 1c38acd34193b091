"""Values of the types that many directives share (src/core/ngx_conf_file.c, ngx_conf_set_*_slot)."""

from collections.abc import Callable, Mapping

from deploylint.formats.nginx.setters.call import Call, Refused, is_read_by, natural
from deploylint.values.durations import parse_nginx_milliseconds, parse_nginx_seconds
from deploylint.values.sizes import parse_nginx_offset, parse_nginx_size
from deploylint.vocabulary.nginx import Variant

_Kinds = Mapping[str, tuple[Callable[[str], object], str]]

_POWERS = {
    "gzip_window": (512, 32768, "must be 512, 1k, 2k, 4k, 8k, 16k, or 32k"),
    "gzip_hash": (512, 131072, "must be 512, 1k, 2k, 4k, 8k, 16k, 32k, 64k, or 128k"),
}
_TIMES: _Kinds = {
    "milliseconds": (parse_nginx_milliseconds, "a time: ms, s, m, h, d, w, such as 30s or 1h30m"),
    "seconds": (parse_nginx_seconds, "a time: s, m, h, d, w, M, y, such as 30s or 1h30m"),
}
_SIZES: _Kinds = {
    "size": (parse_nginx_size, "a number of bytes, with k or m for kilo- and megabytes"),
    "offset": (parse_nginx_offset, "a number of bytes, with k, m or g for kilo-, mega- and gigabytes"),
}
_SINGLE: _Kinds = {**_TIMES, **_SIZES}


def check_slot(call: Call, variant: Variant) -> None:
    """The value of a directive whose type the vocabulary knows."""
    check = _CHECKS.get(variant.kind)
    if check is not None:
        check(call, variant)


def _single(call: Call, variant: Variant) -> None:
    parse, help_ = _SINGLE[variant.kind]
    value = call.values[0]
    if not is_read_by(parse, value):
        raise Refused(f'"{call.name}" directive invalid value', 0, f"write {help_}")
    if call.name in _POWERS:
        least, most, message = _POWERS[call.name]
        size = parse_nginx_size(value)
        if not least <= size <= most or size & (size - 1):
            raise Refused(f'"{call.name}" directive {message}')


def _number(call: Call, variant: Variant) -> None:
    number = natural(call.values[0])
    if number is None:
        raise Refused(f'"{call.name}" directive invalid number', 0, "write a whole number in digits")
    least, most = variant.bounds
    if most is None and least is not None and number < least:
        raise Refused(f"value must be equal to or greater than {least}")
    if most is not None and not (least or 0) <= number <= most:
        raise Refused(f"value must be between {least or 0} and {most}")


def _enum(call: Call, variant: Variant) -> None:
    if call.values[0].lower() not in _lower(variant.words):
        raise Refused(f'invalid value "{call.values[0]}"', 0, _one_of(variant.words))


def _bitmask(call: Call, variant: Variant) -> None:
    known = _lower(variant.words)
    for at, value in enumerate(call.values):
        if value.lower() not in known:
            raise Refused(f'invalid value "{value}"', at, _one_of(variant.words))


def _lower(words: tuple[str, ...]) -> set[str]:
    return {word.lower() for word in words}


def _one_of(words: tuple[str, ...]) -> str:
    return f"it takes: {', '.join(words)}"


def _buffers(call: Call, _variant: Variant) -> None:
    if not natural(call.values[0]):
        raise Refused(f'"{call.name}" directive invalid value', 0, "write how many buffers there are")
    if not is_read_by(parse_nginx_size, call.values[1]) or not parse_nginx_size(call.values[1]):
        raise Refused(f'"{call.name}" directive invalid value', 1, "write the size of one buffer")


def _path(call: Call, _variant: Variant) -> None:
    total = 0
    for at, value in enumerate(call.values[1:], 1):
        level = natural(value)
        if not level:
            raise Refused(f'"{call.name}" directive invalid value', at)
        total += level + 1
    if total > 10 + len(call.values) - 1:
        raise Refused(f'"{call.name}" directive invalid value', 1)


def _access(call: Call, _variant: Variant) -> None:
    for at, value in enumerate(call.values):
        who, _, rights = value.partition(":")
        if who not in ("user", "group", "all") or rights not in ("rw", "r"):
            raise Refused(f'invalid value "{value}"', at, "write user:, group: or all:, then r or rw")


def _template_size(call: Call, _variant: Variant) -> None:
    if "$" not in call.values[0] and not is_read_by(parse_nginx_size, call.values[0]):
        raise Refused(f'"{call.name}" directive invalid value', 0, f"write {_SIZES['size'][1]}")


def _custom(call: Call, variant: Variant) -> None:
    if variant.words and len(call.values) == 1:
        _enum(call, variant)


_CHECKS: Mapping[str, Callable[[Call, Variant], None]] = {
    **dict.fromkeys(_SINGLE, _single),
    "number": _number,
    "enum": _enum,
    "bitmask": _bitmask,
    "buffers": _buffers,
    "path": _path,
    "access": _access,
    "template-size": _template_size,
    "custom": _custom,
}
