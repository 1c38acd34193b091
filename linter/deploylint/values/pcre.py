"""Regular expressions as PCRE2 compiles them: the mistakes that it is sure to refuse, in its own words.

Conservative: what is not checked here (look-behind lengths, recursion, names of verbs and of Unicode properties) passes.
Source: pcre2pattern(3) and pcre2_compile.c (10.42), held against nginx in tests/oracles.
"""

import re

from deploylint.values.errors import InvalidValue

_QUANTIFIER = re.compile(r"[*+?]|\{(\d++)(?:,(\d*+))?\}")
_GROUP = re.compile(
    r"\?(?:#[^)]*+\)|[:=!>|]|<[=!]|(?:P?<|')(?P<name>[^>')]*+)[>']|P[=>]\w++\)|[a-zA-Z^-]++[:)]|[R+\-]?\d++\)|&\w++\)|\(|C)"
)
_NAME = re.compile(r"[A-Za-z_]\w*+", re.ASCII)
_POSIX = re.compile(r"\[([:.=])(\^?)([a-zA-Z]*+)\1\]")
_POSIX_NAMES = frozenset(
    "alpha lower upper alnum ascii blank cntrl digit graph print punct space word xdigit".split()
)
_LARGEST_REPEAT = 65535
# Letters that mean nothing behind a backslash.
_UNKNOWN_ESCAPES = frozenset("ijmyFIJLMOTYqlu") - {"l", "L", "u"}
_UNSUPPORTED = frozenset("lLuU")


def check_pattern(pattern: str) -> None:
    """Raise `InvalidValue` with PCRE2's message and the offset where it notices."""
    _Scan(pattern).run()


def named_groups(pattern: str) -> list[str]:
    """The names of `(?<name>...)` groups."""
    return re.findall(r"\(\?P?[<'](\w+)[>']", pattern)


class _Scan:
    """One pass over a pattern; `open` counts the groups, `repeatable` says whether a quantifier may follow."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.open = 0
        self.groups = 0
        self.highest = 0
        self.repeatable = False
        self.names: set[str] = set()

    def run(self) -> None:
        pattern = self.pattern
        while self.at < len(pattern):
            character = pattern[self.at]
            if character == "\\":
                self._escape()
            elif character == "[":
                self._class()
            elif character == "(":
                self._group()
            elif character == ")":
                self._close()
            elif character == "|":
                self.at += 1
                self.repeatable = False
            elif character in "*+?{" and self._quantifier():
                pass
            else:
                self.at += 1
                self.repeatable = True
        if self.open:
            raise InvalidValue("missing closing parenthesis", len(pattern))
        if self.highest > self.groups:
            raise InvalidValue("reference to non-existent subpattern", len(pattern))

    def _close(self) -> None:
        if not self.open:
            raise InvalidValue("unmatched closing parenthesis", self.at)
        self.open -= 1
        self.at += 1
        self.repeatable = True

    def _quantifier(self) -> bool:
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None:
            return False
        if match[1]:
            least, most = int(match[1][:9]), int((match[2] or match[1])[:9])
            if least > _LARGEST_REPEAT or most > _LARGEST_REPEAT:
                raise InvalidValue("number too big in {} quantifier", match.end())
            if match[2] and most < least:
                raise InvalidValue("numbers out of order in {} quantifier", match.end())
        if not self.repeatable:
            raise InvalidValue("quantifier does not follow a repeatable item", match.end() - 1)
        self.at = match.end()
        if self.pattern[self.at : self.at + 1] in ("?", "+"):
            self.at += 1
        self.repeatable = False
        return True

    def _escape(self) -> None:
        following = self.pattern[self.at + 1 : self.at + 2]
        if not following:
            raise InvalidValue("\\ at end of pattern", self.at + 1)
        if following == "Q":
            end = self.pattern.find("\\E", self.at + 2)
            self.at = len(self.pattern) if end < 0 else end + 2
            self.repeatable = True
            return
        if following in _UNKNOWN_ESCAPES:
            raise InvalidValue("unrecognized character follows \\", self.at + 1)
        if following in _UNSUPPORTED:
            raise InvalidValue("PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u", self.at + 2)
        if following.isdigit() and following != "0":
            digits = re.compile(r"\d++", re.ASCII).match(self.pattern, self.at + 1)
            text = digits[0] if digits else following
            if len(text) == 1:
                self.highest = max(self.highest, int(text))
            self.at += 1 + len(text)
        else:
            self.at += 2
        if following != "E":
            self.repeatable = True

    def _class(self) -> None:
        pattern, start = self.pattern, self.at
        at = start + 1
        if pattern.startswith("^", at):
            at += 1
        first = True
        previous: str | None = None
        while at < len(pattern):
            character = pattern[at]
            if character == "]" and not first:
                self.at = at + 1
                self.repeatable = True
                return
            first = False
            posix = _POSIX.match(pattern, at) if character == "[" else None
            if posix:
                if posix[1] != ":":
                    raise InvalidValue("POSIX collating elements are not supported", at)
                if posix[3] not in _POSIX_NAMES:
                    raise InvalidValue("unknown POSIX class name", at + 1)
                previous, at = None, posix.end()
                continue
            if character == "-" and previous is not None and pattern[at + 1 : at + 2] not in ("]", ""):
                last, end = self._class_character(at + 1)
                if last is not None and last < previous:
                    raise InvalidValue("range out of order in character class", end - 1)
                previous, at = None, end
                continue
            previous, at = self._class_character(at)
        raise InvalidValue("missing terminating ] for character class", len(pattern))

    def _class_character(self, at: int) -> tuple[str | None, int]:
        """The character that an item of a class stands for, None for a set of them; and the offset behind it."""
        character = self.pattern[at]
        if character == "[" and _POSIX.match(self.pattern, at):
            return None, at + 1
        if character != "\\":
            return character, at + 1
        following = self.pattern[at + 1 : at + 2]
        if not following:
            raise InvalidValue("\\ at end of pattern", at + 1)
        if following in _UNKNOWN_ESCAPES - {"b"} or following in "BRX":
            raise InvalidValue("unrecognized character follows \\", at + 1)
        return (following if not following.isalnum() else None), at + 2

    def _group(self) -> None:
        pattern = self.pattern
        self.at += 1
        self.repeatable = False
        if pattern.startswith("*", self.at):
            self._verb()
            return
        if not pattern.startswith("?", self.at):
            self.open += 1
            self.groups += 1
            return
        match = _GROUP.match(pattern, self.at)
        if match is None:
            raise InvalidValue("unrecognized character after (? or (?-", min(self.at + 1, len(pattern)))
        text = match[0]
        if match["name"] is not None:
            self._named(match["name"], match.end() - 1)
        self.at = match.end()
        if text.endswith(")") or text.startswith("?#"):
            self.repeatable = not (text.startswith("?#") or text[1:-1].isalpha())
            return
        if text == "?(":
            end = pattern.find(")", self.at)
            self.at = len(pattern) if end < 0 else end + 1
        self.open += 1

    def _named(self, name: str, at: int) -> None:
        if not _NAME.fullmatch(name):
            digit = name[:1].isdigit()
            raise InvalidValue(
                "subpattern name must start with a non-digit" if digit else "subpattern name expected", at
            )
        if name in self.names:
            raise InvalidValue("two named subpatterns have the same name (PCRE2_DUPNAMES not set)", at)
        self.names.add(name)
        self.groups += 1

    def _verb(self) -> None:
        end = self.pattern.find(")", self.at)
        if end < 0:
            self.open += 1
            self.at = len(self.pattern)
            return
        self.at = end + 1
