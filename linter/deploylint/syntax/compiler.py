"""Turn a Lark grammar into tables for `driver`: `python -m deploylint.syntax.compiler [NAME...]`.

Needs lark, and uses its private LALR table; the version range in pyproject.toml and the tests that
compare with stock Lark guard that. Nothing here runs when files are linted.
"""

import re
import sys
from hashlib import sha256
from pathlib import Path

from lark import Lark
from lark.grammar import NonTerminal, Rule
from lark.lexer import TerminalDef, _create_unless
from lark.parsers.lalr_analysis import Shift

from deploylint.syntax.driver import APPEND, APPENDS, CALL, ERROR, EXPAND, INLINE, LIST, SHIFTS
from deploylint.typed import Any

CHECKOUT = Path(__file__).parents[3] / "grammars"
INSTALLED = Path(__file__).parents[1] / "grammars"
COMPILED = Path(__file__).parent / "compiled"


def grammar_folder() -> Path:
    """Where the `.lark` files are: inside an installed wheel, else in the checkout."""
    return INSTALLED if INSTALLED.is_dir() else CHECKOUT


def stock_lark(name: str) -> Lark:
    """The grammar as Lark itself runs it: the reference for the compiled form."""
    text = (grammar_folder() / f"{name}.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer="basic", maybe_placeholders=False)


def digest(name: str) -> str:
    """Identifies the grammar text that a compiled module was made from."""
    return sha256((grammar_folder() / f"{name}.lark").read_bytes()).hexdigest()[:16]


def compile_grammar(name: str) -> str:
    """The text of `compiled/<name>.py`."""
    lark = stock_lark(name)
    lexer = _Lexer(lark)
    table = lark.parser.parser._parse_table  # noqa: SLF001
    origins = sorted({rule.origin.name for rule in lark.rules})
    rule_numbers = {rule: number for number, rule in enumerate(lark.rules)}
    rules = [_describe(rule, origins) for rule in lark.rules]
    defaults = _default_reductions(table, rule_numbers, lexer.numbers)
    rows, gotos = [], []
    for state in range(max(table.states) + 1):
        row, goto = [ERROR] * len(lexer.names), {}
        for symbol, (action, argument) in table.states.get(state, {}).items():
            if symbol not in lexer.numbers:
                goto[origins.index(symbol)] = argument
            elif action is Shift:
                appends = argument in defaults and rules[defaults[argument]][0] == APPEND
                row[lexer.numbers[symbol]] = APPENDS if appends else argument + SHIFTS
            else:
                row[lexer.numbers[symbol]] = -1 - rule_numbers[argument]
        rows.append(tuple(row))
        gotos.append(goto)
    fields: dict[str, Any] = {
        "DIGEST": digest(name),
        "PATTERN": lexer.pattern,
        "TERMINALS": tuple(lexer.names),
        "IGNORED": lexer.ignored,
        "KEYWORDS": lexer.keywords,
        "ROWS": tuple(rows),
        "GOTOS": tuple(gotos),
        "DEFAULTS": tuple(defaults.get(state, -1) for state in range(len(rows))),
        "RULES": tuple(rules),
        "START": table.start_states["start"],
        "END": table.end_states["start"],
    }
    body = "\n".join(f"{key} = {_literal(value)}" for key, value in fields.items())
    return f'"""Generated from grammars/{name}.lark by deploylint.syntax.compiler."""\n\n{body}\n'


class _Lexer:
    """The master pattern: group n of it is terminal n, 0 being the end of the text."""

    def __init__(self, lark: Lark) -> None:
        ignored = set(lark.ignore_tokens)
        scanned, unless = _create_unless(lark.terminals, 0, re, use_bytes=False)  # type: ignore[no-untyped-call]
        blank = next((t for t in scanned if t.name == "WS" and t.name in ignored), None)
        order = sorted(
            (t for t in scanned if t is not blank),
            key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
        )
        embedded = [t for t in lark.terminals if t not in scanned]
        self.names = ["$END", *(t.name for t in order), "$UNEXPECTED", *(t.name for t in embedded)]
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.ignored = tuple(self.numbers[t.name] for t in order if t.name in ignored)
        self.keywords = {
            self.numbers[name]: {t.pattern.value: self.numbers[t.name] for t in callback.scanner.terminals}
            for name, callback in unless.items()
        }
        self.special = (*self.ignored, *self.keywords)
        self.pattern = _master_pattern(blank, order)


def _master_pattern(blank: TerminalDef | None, order: list[TerminalDef]) -> str:
    """White space, then one terminal, or one code point that none matches, or the end. Total by construction."""
    groups = [terminal.pattern.to_regexp() for terminal in order]
    for terminal, group in zip(order, groups, strict=True):
        if re.compile(group).groups:
            raise ValueError(f"terminal {terminal.name} captures; use (?:...)")
    prefix = _optional(blank.pattern.to_regexp()) if blank else ""
    return prefix + "(?:" + "|".join(f"({group})" for group in groups) + r"|((?s:.))|\Z)"


def _optional(blank: str) -> str:
    """Any amount of white space; of a mere class of characters without a group, which costs time at every token."""
    single = re.fullmatch(r"(\[[^\[\]\\]*(?:\\[trnf0][^\[\]\\]*)*\])\++", blank)
    return f"{single[1]}*+" if single else f"(?:{blank})*+"


def _describe(rule: Rule, origins: list[str]) -> tuple[int, int, int, str, tuple[tuple[int, bool], ...]]:
    """(kind, size, origin, name, kept children as (index, whether its value is a list to splice))."""
    expansion = [symbol.name for symbol in rule.expansion]
    origin = str(rule.origin.name)
    name = str(rule.alias or origin)
    kept = tuple(
        (index, isinstance(symbol, NonTerminal) and symbol.name.startswith("_"))
        for index, symbol in enumerate(rule.expansion)
        if not getattr(symbol, "filter_out", False) or rule.options.keep_all_tokens
    )
    kind = CALL
    if (
        origin.startswith("__")
        and len(expansion) == 2
        and expansion[0] == origin
        and kept == ((0, True), (1, False))
    ):
        kind = APPEND
    elif origin.startswith("__") and len(expansion) == 1 and kept == ((0, False),):
        kind = LIST
    elif origin.startswith("_") and not rule.alias:
        kind = INLINE
    elif rule.options.expand1 and not rule.alias:
        kind = EXPAND
    return kind, len(expansion), origins.index(origin), name, kept


def _default_reductions(
    table: Any, rule_numbers: dict[Rule, int], terminals: dict[str, int]
) -> dict[int, int]:
    """States whose only action, whatever comes next, is to reduce by one rule."""
    found = {}
    for state, row in table.states.items():
        actions = [action for symbol, action in row.items() if symbol in terminals]
        if len(actions) != len(row) or not actions or any(kind is Shift for kind, _ in actions):
            continue
        reductions = {rule_numbers[rule] for _, rule in actions}
        if len(reductions) == 1:
            found[state] = reductions.pop()
    return found


def _literal(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], (tuple, dict)):
        return "(\n" + "".join(f"    {item!r},\n" for item in value) + ")"
    return repr(value)


def main(names: list[str]) -> None:
    """Write the compiled form of the named grammars, or of all."""
    for name in names or sorted(path.stem for path in grammar_folder().glob("*.lark")):
        (COMPILED / f"{name}.py").write_text(compile_grammar(name), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
