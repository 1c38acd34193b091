"""Regular expressions as PCRE2 compiles them: the mistakes that it is sure to refuse, in its own words.

Conservative: what is not checked here (look-behind lengths, recursion, names of verbs and of Unicode properties) passes.
Source: pcre2pattern(3) and pcre2_compile.c (10.42), held against nginx in tests/oracles.
"""

from deploylint.pattern import ASCII, Match, pattern
from deploylint.values.errors import InvalidValue

_QUANTIFIER = pattern(r"[*+?]|\{(\d++)(?:,(\d*+))?\}", ASCII)
# What may follow `(?`: options, kinds of groups, references, conditions.
_OPTIONS = pattern(r"\?\^?[imsxnJU]*+(?:-[imsxnJU]*+)?([:)])")
_KIND = pattern(r"\?(?:[:=!>|*]|<[=!*])")
_NAMED = pattern(r"\?(?:P?<(?P<angled>\w*+)(?P<closed>>?)|'(?P<quoted>\w*+)(?P<ended>'?))", ASCII)
_REFERENCE = pattern(r"\?(?:R|[+\-]?\d++|[&]\w++|P[=>]\w++|C\d*+)\)", ASCII)
_CONDITION = pattern(r"\?\((\d++)\)", ASCII)
_NAME = pattern(r"[A-Za-z_]\w*+", ASCII)
_POSIX = pattern(r"\[([:.=])(\^?)([a-zA-Z]*+)\1\]")
_POSIX_NAMES = frozenset(
    "alpha lower upper alnum ascii blank cntrl digit graph print punct space word xdigit".split()
)
_VERB = pattern(
    r"\*(?:(ACCEPT|COMMIT|F|FAIL|PRUNE|SKIP|THEN|(?:MARK)?:[^)]++)(?::[^)]*+)?|[A-Z][A-Z_0-9=]*+)\)"
)
_ASSERTION = pattern(
    r"\*(?:n?apl[ab]|[pn]l[ab]|napla|(?:non_atomic_)?(?:positive|negative)_look(?:ahead|behind)|atomic|a?sr|(?:atomic_)?script_run):"
)
_LARGEST_REPEAT = 65535
# Letters that mean nothing behind a backslash, those that PCRE2 knows from Perl but refuses, and assertions.
_UNKNOWN_ESCAPES = frozenset("ijmyFIJMOTYq")
_UNSUPPORTED = frozenset("lLuU")
_ASSERTIONS = frozenset("bBAzZG")
_SETS = frozenset("dDwWsShHvV")
_PROPERTY = pattern(r"[pP](?:\{\^?[\w& -]++\}|[CLMNPSZ])", ASCII)
_HEX = pattern(r"x\{[0-9a-fA-F]++\}|x(?!\{)")
_OCTAL = pattern(r"o\{[0-7]++\}")
_OCTAL_DIGITS = pattern(r"[0-7]++")
_NUMBERED = pattern(r"g(?:\{[+-]?\w++\}|[+-]?\d++|<[+-]?\w++>|'[+-]?\w++')", ASCII)
_BACKREFERENCE = pattern(r"k(?:\{\w++\}|<\w++>|'\w++')", ASCII)
_GROUP = pattern(r"\(\?P?[<'](\w+)[>']")
_DIGITS = pattern(r"\d++", ASCII)


def check_pattern(pattern: str) -> None:
    """Raise `InvalidValue` with PCRE2's message and the offset where it notices."""
    _Scan(pattern).run()


def named_groups(pattern: str) -> list[str]:
    """The names of `(?<name>...)` groups."""
    return _GROUP.findall(pattern)


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
            elif character in "|^$":
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
        pattern, at = self.pattern, self.at + 1
        following = pattern[at : at + 1]
        if not following:
            raise InvalidValue("\\ at end of pattern", at)
        if following == "Q":
            end = pattern.find("\\E", at + 1)
            self.at = len(pattern) if end < 0 else end + 2
            self.repeatable = True
        elif following == "E":
            self.at = at + 1
        elif following.isdigit() and following != "0":
            self._digits(at)
        else:
            self.at = _escaped(pattern, at)
            self.repeatable = following not in _ASSERTIONS

    def _digits(self, at: int) -> None:
        """A reference to a group, or an octal number."""
        match = _DIGITS.match(self.pattern, at)
        text = match[0] if match else ""
        if len(text) == 1:
            self.highest = max(self.highest, int(text))
        elif _is_large_octal(text) and self.pattern.count("(") < int(text):
            raise InvalidValue("octal value is greater than \\377 in 8-bit non-UTF-8 mode", at + 3)
        self.at = at + len(text)
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
                _no_range(pattern, posix.end())
                previous, at = None, posix.end()
                continue
            if character == "-" and previous is not None and pattern[at + 1 : at + 2] not in ("]", ""):
                last, end = self._class_character(at + 1)
                if last is None and pattern[at + 1] == "\\" and pattern[at + 2 : at + 3] in _SETS:
                    raise InvalidValue("invalid range in character class", end - 1)
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
        if following in "BRX":
            raise InvalidValue("escape sequence is invalid in character class", at + 2)
        if following in _SETS:
            _no_range(self.pattern, at + 2)
            return None, at + 2
        if following in "gk" or following.isdigit():
            return None, at + 2
        end = _escaped(self.pattern, at + 1)
        return (following if not following.isalnum() else None), end

    def _group(self) -> None:
        pattern = self.pattern
        self.at += 1
        self.repeatable = False
        if pattern.startswith("*", self.at):
            self._verb()
        elif not pattern.startswith("?", self.at):
            self.open += 1
            self.groups += 1
        elif pattern.startswith("?#", self.at):
            end = pattern.find(")", self.at)
            if end < 0:
                raise InvalidValue("missing ) after (?# comment", len(pattern))
            self.at = end + 1
        else:
            self._extended()

    def _extended(self) -> None:
        pattern, at = self.pattern, self.at
        if match := _OPTIONS.match(pattern, at):
            self.at = match.end()
            self.open += match[1] == ":"
        elif match := _KIND.match(pattern, at):
            self.at = match.end()
            self.open += 1
        elif match := _REFERENCE.match(pattern, at):
            self.at = match.end()
            self.repeatable = True
        elif match := _CONDITION.match(pattern, at):
            self.highest = max(self.highest, int(match[1][:9]))
            self.at = match.end()
            self.open += 1
        elif pattern.startswith("?(", at):
            end = pattern.find(")", at)
            self.at = len(pattern) if end < 0 else end + 1
            self.open += 1 if end >= 0 else 2
        elif match := _NAMED.match(pattern, at):
            self._named(match)
        elif at + 1 == len(pattern) or pattern[at + 1 :] == "P":
            raise InvalidValue("missing closing parenthesis", len(pattern))
        else:
            raise InvalidValue("unrecognized character after (? or (?-", at + 1)

    def _named(self, match: Match[str]) -> None:
        name = match["angled"] if match["angled"] is not None else match["quoted"]
        at = match.end()
        if not name or not _NAME.fullmatch(name):
            digit = name[:1].isdigit()
            raise InvalidValue(
                "subpattern name must start with a non-digit" if digit else "subpattern name expected", at
            )
        if not match["closed"] and not match["ended"]:
            raise InvalidValue("syntax error in subpattern name (missing terminator?)", at)
        if name in self.names:
            raise InvalidValue("two named subpatterns have the same name (PCRE2_DUPNAMES not set)", at - 1)
        self.names.add(name)
        self.groups += 1
        self.open += 1
        self.at = at

    def _verb(self) -> None:
        if match := _VERB.match(self.pattern, self.at):
            self.at = match.end()
        elif match := _ASSERTION.match(self.pattern, self.at):
            self.at = match.end()
            self.open += 1
        elif not self.pattern[self.at + 1 : self.at + 2].isalpha():
            raise InvalidValue("quantifier does not follow a repeatable item", self.at)
        elif self.pattern[self.at + 1 : self.at + 2].islower():
            raise InvalidValue("(*alpha_assertion) not recognized", self.at + 1)
        else:
            raise InvalidValue("(*VERB) not recognized or malformed", self.at + 1)


def _is_large_octal(text: str) -> bool:
    """Whether the digits are an octal number that is no byte, unless there are so many groups."""
    return len(text) == 3 and _OCTAL_DIGITS.fullmatch(text) is not None and int(text, 8) > 255


def _no_range(pattern: str, at: int) -> None:
    """A hyphen behind a set such as that of digits has to be the last one of the class; PCRE1 took it in any case."""
    if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("]", ""):
        raise InvalidValue("invalid range in character class", at)


def _escaped(pattern: str, at: int) -> int:
    """The offset behind an escape sequence whose letter is at `at`."""
    letter = pattern[at]
    if letter in _UNKNOWN_ESCAPES:
        raise InvalidValue("unrecognized character follows \\", at)
    if letter in _UNSUPPORTED:
        raise InvalidValue("PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u", at + 1)
    if letter in _SEQUENCES:
        form, message = _SEQUENCES[letter]
        match = form.match(pattern, at)
        if match is None:
            raise InvalidValue(message, at + 1)
        return match.end()
    if letter == "c" and at + 1 == len(pattern):
        raise InvalidValue("\\c at end of pattern", at + 1)
    return at + (2 if letter == "c" else 1)


_SEQUENCES = {
    "p": (_PROPERTY, "malformed \\P or \\p sequence"),
    "P": (_PROPERTY, "malformed \\P or \\p sequence"),
    "x": (_HEX, "digits missing in \\x{} or \\o{} or \\N{U+}"),
    "o": (_OCTAL, "missing opening brace after \\o"),
    "g": (
        _NUMBERED,
        "\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number",
    ),
    "k": (_BACKREFERENCE, "\\k is not followed by a braced, angle-bracketed, or quoted name"),
}
