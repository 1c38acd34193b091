"""No regular expression of ours can be made to take for ever: each is tried on texts made of what it asks for."""

import ast
import re
import time
from importlib import import_module
from pathlib import Path

import deploylint
import deploylint_rules
import pytest
from deploylint.pattern import pattern

ROOTS = [Path(package.__file__).parent for package in (deploylint, deploylint_rules)]
LENGTH = 16_000
# A quadratic expression takes 100 million steps for such a text; a linear one takes a millisecond. What takes longer than
# this is looked at again: whether twice the text takes more than three times as long.
SUSPICIOUS = 0.1

SEARCHING = {"search", "finditer", "findall", "sub", "split"}
SOURCES = [
    (root, path, path.read_text(encoding="utf-8")) for root in ROOTS for path in sorted(root.rglob("*.py"))
]
# Only ever see the first 2,000 characters of a pattern, and the name of a file.
BOUNDED = {"captures._TOKEN", "targets._REQUIREMENTS"}
USES = re.compile(r"\b(_?[A-Z][A-Z0-9_]*)\.(search|finditer|findall|sub|split|match|fullmatch)\b")


def expressions():
    """Every expression that our code compiles, with where it stands and whether it is searched for in longer texts."""
    found = {}
    for root, path, text in SOURCES:
        if "compiled" in path.parts and path.name != "__init__.py":
            found[import_module(f"deploylint.syntax.compiled.{path.stem}").PATTERN] = (
                f"grammar {path.stem}",
                True,
            )
            continue
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args):
            if getattr(getattr(call.func, "value", None), "id", "") == "re" and isinstance(
                call.args[0], ast.Constant
            ):
                found[str(call.args[0].value)] = (f"{path.stem}:{call.lineno}", call.func.attr in SEARCHING)
        methods = USES.findall(text)
        for name, value in module_patterns(root, path):
            used = {method for used_name, method in methods if used_name == name} or SEARCHING
            if f"{path.stem}.{name}" not in BOUNDED:
                found[value] = (f"{path.stem}.{name}", bool(used & SEARCHING))
    return found


def module_patterns(root, path):
    """The expressions that a module holds at its top."""
    if path.name == "__main__.py" or "language_server" in path.parts or "compiled" in path.parts:
        return
    module = import_module(
        ".".join((root.name, *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
    )
    for name, value in vars(module).items():
        if isinstance(value, re.Pattern):
            yield name, value.pattern
        elif isinstance(value, pattern):
            yield name, value._arguments[0]


EXPRESSIONS = expressions()
LITERALS = re.compile(r"[A-Za-z0-9_]{1,12}|\\[nrt./\\(){}\[\]*+?$^|-]|[^A-Za-z0-9_\\]")
ESCAPES = {r"\n": "\n", r"\r": "\r", r"\t": "\t"}


def texts(expression, length):
    """Repetitions of the words and marks that stand in an expression, alone, in pairs, and with something that breaks them."""
    words = [ESCAPES.get(word, word.removeprefix("\\")) for word in LITERALS.findall(expression)]
    units = sorted(
        {*words, " ", "a", "0", "_", "\n", "\t", '"', "'", "\\", "a ", "a\n", "a.", "-a", "a=", "\\\n", "#\n"}
    )[:60]
    for unit in units[:: max(1, len(units) // 8)]:  # a few of many, so that all take seconds
        yield unit * (length // len(unit)) + "\x00"
        yield "".join(words[:2]) + unit * (length // len(unit)) + "\x00"


def test_there_are_many():
    assert len(EXPRESSIONS) > 250


def seconds(compiled, text, *, searched):
    start = time.process_time()
    for _ in compiled.finditer(text) if searched else (compiled.match(text), compiled.fullmatch(text)):
        pass
    return time.process_time() - start


def slow(expression, *, searched):
    """The text for which an expression takes longer and longer; None where there is none."""
    compiled = re.compile(expression, re.VERBOSE if "(?x" in expression else re.MULTILINE)
    for text, longer in zip(texts(expression, LENGTH), texts(expression, 2 * LENGTH), strict=True):
        if seconds(compiled, text, searched=searched) > SUSPICIOUS:
            short = min(seconds(compiled, text, searched=searched) for _ in range(3))
            if min(seconds(compiled, longer, searched=searched) for _ in range(3)) > 3 * short:
                return f"{text[:30]!r}..."
    return None


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_time_is_linear(part):
    found = []
    for expression, (where, searched) in list(EXPRESSIONS.items())[part::4]:
        if text := slow(expression, searched=searched):
            found.append(f"{where}: {expression[:100]!r} for {text}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("expression", [r"a+b", r"\{\{[^}]*\}\}", r"\s+\S+;"])
def test_what_is_not_linear_is_noticed(expression):
    assert slow(expression, searched=True)
