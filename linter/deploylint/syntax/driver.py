"""Run a compiled grammar: one regular expression over the text, Lark's LALR table over its matches.

Time is linear in the text, nothing recurses. The table's rows hold one number per terminal:
`ERROR`, `APPENDS` (the token goes to the list on top of the stack and the state stays, which is
what most tokens of a statement-grained grammar do), `SHIFTS + state`, or `-1 - rule` for a
reduction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial

from deploylint.dataclass import dataclass
from deploylint.pattern import Match, compiled
from deploylint.typed import Any, Protocol

ERROR, APPENDS, SHIFTS = 0, 1, 2

# What a reduction does with the values of its rule.
APPEND, LIST, INLINE, EXPAND, CALL = range(5)
# Of one value: nothing is made of it, and it goes on as it is.
_LEAVE_IT = {(EXPAND, ((0, False),)), (INLINE, ((0, True),))}


@dataclass(slots=True)
class Token:
    """A terminal that no token builder claimed: its name and its span."""

    type: str
    start: int
    end: int


@dataclass(slots=True)
class Tree:
    """A rule that no builder claimed: its name (or alias) and its children."""

    data: str
    children: list[Any]


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A token where the grammar wants another. `type` is `$END` at the end, `$UNEXPECTED` for no terminal."""

    type: str
    start: int
    end: int
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came out: the start rule's value (None when parsing stopped), what was wrong, what was ignored."""

    value: Any
    errors: tuple[Unexpected, ...]
    ignored: tuple[Token, ...]


class Tables(Protocol):
    """A module of `syntax.compiled`."""

    def __hash__(self) -> int: ...

    PATTERN: str
    TERMINALS: tuple[str, ...]
    IGNORED: tuple[int, ...]
    KEYWORDS: dict[int, dict[str, int]]
    ROWS: tuple[tuple[int, ...], ...]
    GOTOS: tuple[dict[int, int], ...]
    DEFAULTS: tuple[int, ...]
    RULES: tuple[tuple[int, int, int, str, tuple[tuple[int, bool], ...]], ...]
    START: int
    END: int


RuleBuilder = Callable[[list[Any]], Any]
TokenBuilder = Callable[[int, int], Any]
Lexeme = tuple[int, int, int]  # terminal number, start, end


class Parser:
    """A compiled grammar with its builders; may be used for any number of texts, also at the same time.

    `recover` drops a token that does not fit and goes on; without it the first such token ends the
    parse. `closers` name the terminals that may be made up, empty, at the end of the text (an open
    block's closing brace); each one made up is an error, too. `postlex` sees every lexeme before the
    table does and may change, drop or insert some; ignored ones have been taken out before. Raises
    KeyError for a rule or terminal that the grammar does not have.
    """

    __slots__ = ("_postlex", "_recover", "_scan", "_skip", "build", "closers", "make", "tables", "units")

    def __init__(
        self,
        tables: Tables,
        *,
        builders: Mapping[str, RuleBuilder] | None = None,
        tokens: Mapping[str, TokenBuilder] | None = None,
        recover: bool = False,
        closers: Sequence[str] = (),
        postlex: Callable[[Iterator[Lexeme], str], Iterable[Lexeme]] | None = None,
    ) -> None:
        self.tables = tables
        self._scan: Callable[[str], Iterator[Match[str]]] | None = None
        known = _known(tables)
        self._skip = known.skip
        self.build = known.build.copy()
        for name, build in (builders or {}).items():
            for rule in known.rules[name]:
                self.build[rule] = build
        self.make = known.make.copy()
        for name, make in (tokens or {}).items():
            self.make[known.terminals[name]] = make
        self.units = known.units
        self._recover = recover
        self.closers = [known.terminals[name] for name in closers]
        self._postlex = postlex

    def terminal(self, name: str) -> int:
        """The number of a terminal, for `postlex`."""
        return _known(self.tables).terminals[name]

    def parse(self, text: str) -> Parsed:
        """Parse the whole text. Never raises on any text."""
        ignored: list[Token] = []
        if self._postlex is not None:
            return self.parse_lexemes(self._postlex(self.lexemes(text, ignored), text), len(text), ignored)
        if self.tables.KEYWORDS:
            return self.parse_lexemes(self.lexemes(text, ignored), len(text), ignored)
        return self._parse_matches(text, ignored)

    def lex(self, text: str) -> tuple[list[Lexeme], list[Token]]:
        """All lexemes of a text and what was ignored, for a syntax that is parsed piece by piece."""
        ignored: list[Token] = []
        return list(self.lexemes(text, ignored)), ignored

    def parse_lexemes(self, lexemes: Iterable[Lexeme], end: int, ignored: Sequence[Token] = ()) -> Parsed:
        """Parse some lexemes; `end` is the offset where an unfinished text is reported."""
        stack = _Stack(self)
        rows, make = self.tables.ROWS, self.make
        row, top = rows[stack.states[-1]], None
        for terminal, start, stop in lexemes:
            if row[terminal] == APPENDS and top is not None:
                top.append(make[terminal](start, stop))
            elif stack.feed(terminal, start, stop) or self._recover:
                row, top = rows[stack.states[-1]], stack.top_list()
            else:
                return Parsed(None, tuple(stack.errors), tuple(ignored))
        return Parsed(stack.finish(end), tuple(stack.errors), tuple(ignored))

    def _parse_matches(self, text: str, ignored: list[Token]) -> Parsed:
        """`parse_lexemes(lexemes(text))` in one loop, with the commonest moves of the stack in place."""
        stack = _Stack(self)
        tables, make, skip, states, values = self.tables, self.make, self._skip, stack.states, stack.values
        rows, gotos, defaults, rules = tables.ROWS, tables.GOTOS, tables.DEFAULTS, tables.RULES
        row = rows[states[-1]]
        append: Callable[[Any], None] = _nowhere
        for match in self._scanner(text):
            terminal = match.lastindex
            if terminal is None:
                break
            action = row[terminal]
            if action == APPENDS:
                append(make[terminal](*match.span(terminal)))
            elif action >= SHIFTS and (rule := defaults[action - SHIFTS]) < 0:
                values.append(make[terminal](*match.span(terminal)))
                states.append(action - SHIFTS)
                row = rows[action - SHIFTS]
            elif action >= SHIFTS and rules[rule][0] == LIST:
                first = [make[terminal](*match.span(terminal))]
                values.append(first)
                append = first.append
                states.append(gotos[states[-1]][rules[rule][2]])
                row = rows[states[-1]]
            elif terminal in skip:
                ignored.append(Token(tables.TERMINALS[terminal], *match.span(terminal)))
            elif stack.feed(terminal, *match.span(terminal)) or self._recover:
                row, append = rows[states[-1]], stack.appender()
            else:
                return Parsed(None, tuple(stack.errors), tuple(ignored))
        return Parsed(stack.finish(len(text)), tuple(stack.errors), tuple(ignored))

    def lexemes(self, text: str, ignored: list[Token]) -> Iterator[Lexeme]:
        """The lexemes of a text one by one; what is ignored in between goes to `ignored`."""
        keywords, skip, names = self.tables.KEYWORDS, self._skip, self.tables.TERMINALS
        for match in self._scanner(text):
            group = match.lastindex
            if group is None:
                return
            start, end = match.span(group)
            if group in skip:
                ignored.append(Token(names[group], start, end))
            elif group in keywords:
                yield keywords[group].get(match[group], group), start, end
            else:
                yield group, start, end

    @property
    def _scanner(self) -> Callable[[str], Iterator[Match[str]]]:
        if self._scan is None:  # compiling takes milliseconds, and most runs use few of the languages
            self._scan = compiled(self.tables.PATTERN).finditer
        return self._scan


class _Stack:
    """The LALR automaton: states and values, and the errors met."""

    __slots__ = (
        "_build",
        "_closers",
        "_defaults",
        "_gotos",
        "_make",
        "_rows",
        "_rules",
        "_tables",
        "_units",
        "errors",
        "states",
        "values",
    )

    def __init__(self, parser: Parser) -> None:
        self._tables = tables = parser.tables
        self._rows, self._gotos, self._rules = tables.ROWS, tables.GOTOS, tables.RULES
        self._defaults = tables.DEFAULTS
        self._make = parser.make
        self._build = parser.build
        self._closers = parser.closers
        self._units = parser.units
        self.states = [tables.START]
        self.values: list[Any] = []
        self.errors: list[Unexpected] = []

    def top_list(self) -> list[Any] | None:
        """The list that `APPENDS` would extend, if there is one on top."""
        top = self.values[-1] if self.values else None
        return top if isinstance(top, list) else None

    def appender(self) -> Callable[[Any], None]:
        """`append` of the list that `APPENDS` would extend; in a state with none no action is `APPENDS`."""
        top = self.values[-1] if self.values else None
        return top.append if isinstance(top, list) else _nowhere

    def feed(self, terminal: int, start: int, end: int) -> bool:
        """Take one token; False, and an error noted, when it does not fit."""
        states, values, rows, units = self.states, self.values, self._rows, self._units
        while (action := rows[states[-1]][terminal]) < 0:
            if (origin := units[-1 - action]) < 0:
                self._reduce(-1 - action)
            else:
                states[-1] = self._gotos[states[-2]][origin]
        if action == ERROR:
            self._unexpected(terminal, start, end)
            return False
        value = self._make[terminal](start, end)
        if action == APPENDS:
            values[-1].append(value)
            return True
        values.append(value)
        states.append(action - SHIFTS)
        # The reductions that do not depend on what comes next.
        defaults, gotos = self._defaults, self._gotos
        while (rule := defaults[states[-1]]) >= 0:
            if (origin := units[rule]) < 0:
                self._reduce(rule)
            else:
                states[-1] = gotos[states[-2]][origin]
        return True

    def finish(self, end: int) -> Any:
        """The start rule's value at the end of the text; open blocks are closed where that is allowed."""
        tables = self._tables
        while self.states[-1] != tables.END:
            row = tables.ROWS[self.states[-1]]
            if row[0] < 0:
                self._reduce(-1 - row[0])
                continue
            if row[0] >= SHIFTS:
                break
            closer = next((number for number in self._closers if row[number] != ERROR), None)
            self._unexpected(0, end, end)
            if closer is None:
                return None
            self.feed(closer, end, end)
        return self.values[-1]

    def _unexpected(self, terminal: int, start: int, end: int) -> None:
        tables = self._tables
        row = tables.ROWS[self.states[-1]]
        expected = tuple(name for name, action in zip(tables.TERMINALS, row, strict=True) if action != ERROR)
        self.errors.append(Unexpected(tables.TERMINALS[terminal], start, end, expected))

    def _reduce(self, rule: int) -> None:
        states, values = self.states, self.values
        kind, size, origin, _, kept = self._rules[rule]
        if kind == APPEND:
            item = values.pop()
            values[-1].append(item)
            del states[-1]  # back in the state in which the list can go on
            return
        if size == 1 and kept:  # three of four
            children = values.pop() if kept[0][1] else [values.pop()]
            del states[-1]
        else:
            children = self._children(size, kept)
        if kind == CALL or (kind == EXPAND and len(children) != 1):
            values.append(self._build[rule](children))
        else:
            values.append(children[0] if kind == EXPAND else children)
        states.append(self._gotos[states[-1]][origin])

    def _children(self, size: int, kept: tuple[tuple[int, bool], ...]) -> list[Any]:
        """What a rule keeps of the topmost values, which are taken away with their states."""
        values, states = self.values, self.states
        children: list[Any] = []
        base = len(values) - size
        for index, splice in kept:
            if not splice:
                children.append(values[base + index])
            elif children:
                children += values[base + index]
            else:
                children = values[base + index]  # nobody else has it; copies would cost quadratic time
        del values[base:], states[len(states) - size :]
        return children


def _nowhere(_value: Any) -> None:
    """Stands for the list that `APPENDS` extends where there is none."""


class _Known:
    """What all parsers of a grammar have in common: some formats make one for each file.

    `build` and `make` are for those who claim nothing; `rules` and `terminals` are the numbers by name. `units`: the name
    that a value has after a rule which leaves it as it is (a word of an expression is an atom, a primary, an operand
    ...); -1 for other rules.
    """

    __slots__ = ("build", "make", "rules", "skip", "terminals", "units")

    def __init__(self, tables: Tables) -> None:
        self.skip = frozenset(tables.IGNORED)
        self.build: list[RuleBuilder] = [partial(Tree, name) for _, _, _, name, _ in tables.RULES]
        self.make: list[TokenBuilder] = [partial(Token, name) for name in tables.TERMINALS]
        self.rules: dict[str, list[int]] = {}
        for number, (_, _, _, name, _) in enumerate(tables.RULES):
            self.rules.setdefault(name, []).append(number)
        self.terminals = {name: number for number, name in enumerate(tables.TERMINALS)}
        self.units = [
            origin if size == 1 and (kind, kept) in _LEAVE_IT else -1
            for kind, size, origin, _, kept in tables.RULES
        ]


_known = cache(_Known)
