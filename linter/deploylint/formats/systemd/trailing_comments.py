"""Comments that somebody put behind a value, where systemd knows none (systemd.syntax(7))."""

from deploylint.formats.systemd.nodes import Assignment
from deploylint.pattern import pattern
from deploylint.values.systemd_words import parse_words
from deploylint.vocabulary.systemd import PREFIX_OF_PRIVATE_NAMES, key

_TAIL = pattern(r"(?:(?<=[ \t])|\A)(?:[#;](?=[ \t]|\Z)|(?<=[ \t])(?:#|;(?=\w)|//(?=[ \t])))")
_OPTIONAL_WORDS = 2
_FREE_TEXT = frozenset(
    {
        "config_parse_unit_string_printf",
        "config_parse_string",
        "config_parse_exec_input_text",
        "config_parse_exec_input_data",
        "config_parse_set_credential",
        "config_parse_log_extra_fields",
        "config_parse_log_filter_patterns",
        "config_parse_reboot_parameter",
    }
)
_WORDS = frozenset({"config_parse_exec", "config_parse_environ"})


def trailing_comment(line: Assignment) -> int | None:
    """The offset in the value at which a comment begins, or None.

    In Exec lines and Environment= it is a word of its own that starts with `#` outside quotes; a single word
    behind an Exec line's command (`--channel #python`) is an argument.
    """
    value = line.value
    if "#" not in value and ";" not in value and "//" not in value:
        return None
    known = key(line.section, line.name)
    if known is None or line.name.startswith(PREFIX_OF_PRIVATE_NAMES) or known.parser in _FREE_TEXT:
        return None
    if known.parser in _WORDS:
        return _comment_word(value, exec_line=known.parser == "config_parse_exec")
    match = _TAIL.search(value)
    if match is None or value.count('"', 0, match.start()) % 2 or value.count("'", 0, match.start()) % 2:
        return None
    return match.start()


def _comment_word(value: str, *, exec_line: bool) -> int | None:
    words = parse_words(value).words
    for index, word in enumerate(words):
        if value[word.start] != "#":
            continue
        if exec_line and (index == 0 or (word.text != "#" and len(words) - index < _OPTIONAL_WORDS)):
            return None
        return word.start
    return None
