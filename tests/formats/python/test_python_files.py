"""Our reading of Python against the standard library's own."""

import ast
import random
import sysconfig
from pathlib import Path

import pytest
from deploylint.formats.python import describe, facts, find_module
from deploylint.formats.python import lines as layout
from deploylint.formats.python.blocks import parse_module
from deploylint.formats.python.interface import Interface
from deploylint.formats.python.literals import number_value, string_value
from deploylint.formats.python.nodes import Assignment, walk
from deploylint.formats.python.parser import PARSER
from deploylint.source import Source
from deploylint.tree import MemoryTree
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import assert_linear

LIBRARY = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
SAMPLE = random.Random(7).sample(LIBRARY, 40)
PIECES = [
    *" \t\n()[]{}:=,.#'\"\\;@*+-fbr0",
    "\n    ",
    "\n",
    "a",
    "b = 1",
    "if a:",
    "else:",
    "def f(x):",
    "class A:",
    "try:",
    "except E as e:",
    "for i in x:",
    "import os",
    "from a import *",
    "lambda: 0",
    "f'{a!r:>{w}}'",
    '"""',
    "'s'",
    "x[1:2]",
    "return",
    "match x:",
    " := ",
    " if a else b",
    "not in",
    "\r\n",
    "\f",
    "é",
    "“",
]


def read(path):
    text = path.read_text(encoding="utf-8")
    return text, ast.parse(text)


def top_level_names(body):
    """The names that a module's statements bind, functions and classes left closed."""
    found = set()
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.AnnAssign) and node.value is None:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                bound = alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name
                found |= {alias.asname or bound} - {"*"}
        pending += ast.iter_child_nodes(node)
    return found


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.name)
def test_same_names_as_the_standard_library(path):
    text, tree = read(path)
    facts = describe(Source(path.name, text))
    assert not parse_module(Source(path.name, text), check_bodies=True).problems
    expected = top_level_names(tree.body)
    assert expected <= facts.names.keys()
    if "global " not in text and ":=" not in text:
        assert facts.names.keys() == expected


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.name)
def test_every_line_of_the_standard_library_fits_the_grammar(path):
    text, _ = read(path)
    lexemes, _ = PARSER.lex(text)
    problems, unclosed = layout.bracket_problems(lexemes)
    assert not problems
    for line in layout.cut(lexemes, text, unclosed, frozenset()):
        words = text[line.start : line.end].split(maxsplit=1)
        if words[0] not in ("match", "case", "type"):
            assert not PARSER.parse_lexemes(line.lexemes, line.end).errors, text[line.start : line.end]


def offset_of(source, line, column):
    """From ast's line and column in UTF-8 to an offset."""
    start = source.line_starts[line - 1]
    return start + len(source.line(line).encode()[:column].decode())


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.name)
def test_assignments_stand_where_ast_says(path):
    text, tree = read(path)
    source = Source(path.name, text)
    ours = {
        (node.name, node.start, node.end, node.value.start, node.value.end)
        for node, chain in walk(parse_module(source).body)
        if isinstance(node, Assignment) and node.value is not None and chain is None and node.operator == "="
    }
    theirs = set()
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        span = (
            offset_of(source, node.lineno, node.col_offset),
            offset_of(source, node.end_lineno, node.end_col_offset),
        )
        value = node.value
        inner = (
            offset_of(source, value.lineno, value.col_offset),
            offset_of(source, value.end_lineno, value.end_col_offset),
        )
        theirs |= {(target.id, *span, *inner) for target in node.targets if isinstance(target, ast.Name)}
    assert theirs <= ours


def told(module):
    """All that its assignments say, and what is wrong with it."""
    return [
        (node.start, node.end, node.name, node.operator, type(node.value), node.value.start, node.value.end)
        for node in module.body
        if isinstance(node, Assignment)
    ], [(problem.message, problem.start) for problem in module.problems]


@pytest.mark.parametrize(
    "line",
    [
        "a = 1",
        "a=b",
        "match = 'x'",
        "a  =  None",
        "a = True",
        "a = r'\\'",
        "ä = b'x'",
        'a = """x\n"""',
        "a = 0777",
        "a = f'{b}'",
        "a = ...",
        "a += 1",
        "a == 1",
        "1 = a",
        "a = class",
        "a \\\n = 1",
    ],
)
def test_a_word_with_a_name_is_what_the_grammar_says(line):
    """A line of three words is read without the grammar; with a semicolon it has four."""
    assert told(parse_module(Source("x.py", f"{line}\n"))) == told(parse_module(Source("x.py", f"{line};\n")))


def test_what_was_decorated_before_a_word_with_a_name_is_not_what_follows():
    module = parse_module(Source("x.py", "@a\nb = 1\ndef f(): pass\n"))
    assert [getattr(node, "decorated", None) for node in module.body] == [None, False]


def test_literals_have_the_values_of_ast():
    for path in SAMPLE[:12]:
        text, _ = read(path)
        lexemes, _ = PARSER.lex(text)
        for number, start, end in lexemes:
            name = PARSER.tables.TERMINALS[number]
            if name == "STRING":
                assert string_value(text[start:end]) == ast.literal_eval(text[start:end])
            elif name == "NUMBER":
                assert number_value(text[start:end]) == ast.literal_eval(text[start:end])


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2**31), st.integers(0, 2**20)), max_size=20))
@example([(1, 0, 5), (2, 5, 70_000), (3, 70_005, 1)])
def test_lexemes_are_what_they_were_made_of(parts):
    """However long one of them is."""
    written = [(number, start, start + length) for number, start, length in parts]
    lexemes = layout.Lexemes(iter(written))
    assert list(lexemes) == written
    assert [lexemes[at] for at in range(len(lexemes))] == written


@example("'#", "", "'")
@given(
    st.text(max_size=20),
    st.sampled_from(["", "r", "u", "b", "Rb"]),
    st.sampled_from(["'", '"', "'''", '"""']),
)
@settings(max_examples=300, deadline=None)
def test_string_literals_of_any_text(body, prefix, quote):
    literal = f"{prefix}{quote}{body}{quote}"
    lexemes, _ = PARSER.lex(literal)
    try:
        expected = ast.literal_eval(literal)
    except (SyntaxError, ValueError):
        return
    if isinstance(expected, (str, bytes)) and len(lexemes) == 1:
        _, start, end = lexemes[0]  # a comment may follow
        assert string_value(literal[start:end]) == expected


def test_what_nobody_asks_for_is_not_read(monkeypatch):
    """Rules ask for the variables of every module that an application imports: few have any, and most have long bodies."""
    monkeypatch.setattr(facts, "parse_module", lambda _source: pytest.fail("parsed"))
    plain = describe(Source("plain.py", "x = 1\n"))
    assert (plain.defaults, plain.variables, plain.notifies_systemd) == ({}, {}, False)
    asking = describe(Source("asking.py", "from os import getenv\nx = getenv('A', 'b')\nsd_notify()\n"))
    assert {name: text for name, (text, _) in asking.defaults.items()} == {"A": "b"}
    assert (asking.variables, asking.notifies_systemd) == ({"A": False}, True)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60))
@settings(max_examples=600, deadline=None)
@example("x = (\ny = (\n")
@example("if x:\n  y\n z\n")
@example("")
def test_what_python_accepts_has_no_problem(text):
    module = parse_module(Source("x.py", text), check_bodies=True)
    told = describe(Source("x.py", text))
    assert all(told.place_of(name).text for name in told.names)
    assert told.variables.keys() >= told.defaults.keys()
    assert told.interfaces.keys() <= told.names.keys()
    try:
        compile(text, "x.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return
    assert not module.problems


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "(" * n,
        lambda n: "x = " + "(" * n + "1" + ")" * n,
        lambda n: "x = " + "[" * n + "]" * n,
        lambda n: "x = " + "not " * n + "1",
        lambda n: "x = 1" + " + 1" * n,
        lambda n: "x = a" + ".b" * n,
        lambda n: "x = a" + "()" * n,
        lambda n: "x = (\n" * n,
        lambda n: "x = '" + "'\nx = '" * n,
        lambda n: 'x = f"{' * n,
        lambda n: "f'{" + "{" * n,
        lambda n: "'''" * (n + 1),
        lambda n: "".join(" " * depth + "if x:\n" for depth in range(n // 50)),
    ],
    ids=lambda text: text(2)[:12],
)
def test_long_and_deep_texts_are_read_in_linear_time(text):
    def read_all(count):
        told = describe(Source("x.py", text(count)))
        assert told.variables is not told.names

    assert_linear(read_all, 4_000, 16_000)


def test_facts_of_a_module():
    facts = describe(
        Source(
            "shop/wsgi.py",
            "import os, flask as f\n"
            "from x.y import z as w\n"
            "SECRET = os.environ['SECRET']\n"
            "MODE = os.getenv('MODE', 'dev')\n"
            "os.environ['HOME'] = '/'\n"
            "# os.environ['COMMENT']\n"
            "app = f.Flask(__name__)\n"
            "api: FastAPI = FastAPI()\n"
            "declared: int\n"
            "async def asgi(scope, receive, send): ...\n"
            "def make():\n    inner = 1\n    return inner\n",
        )
    )
    assert set(facts.names) == {"os", "f", "w", "SECRET", "MODE", "app", "api", "asgi", "make"}
    assert facts.variables == {"SECRET": True, "MODE": False}
    assert facts.interfaces == {"app": Interface.WSGI, "api": Interface.ASGI, "asgi": Interface.ASGI}
    assert not facts.is_open
    assert not facts.notifies_systemd
    assert str(facts.place_of("app")) == "shop/wsgi.py:7:1"


@pytest.mark.parametrize(
    "text",
    [
        "from x import *",
        "globals()['a'] = 1",
        "def __getattr__(name): ...",
        "x = (",
        "x = 1\n  y = 2\n",
        "exec(open('y').read())",
    ],
)
def test_names_may_come_from_elsewhere(text):
    assert describe(Source("x.py", text)).is_open


@pytest.mark.parametrize(
    "text",
    [
        "import sdnotify",
        "from systemd.daemon import notify",
        's.send(b"READY=1")',
        "os.environ['NOTIFY_SOCKET']",
    ],
)
def test_speaks_of_notification(text):
    assert describe(Source("x.py", text)).notifies_systemd


def test_modules_are_found_as_python_finds_them():
    tree = MemoryTree(
        [Source(path, "") for path in ("app.py", "src/shop/__init__.py", "src/shop.py", "src/space/a.py")]
    )
    assert find_module(tree, ["."], "app") == "app.py"
    assert find_module(tree, [".", "src"], "shop") == "src/shop/__init__.py"
    assert find_module(tree, ["src"], "space.a") == "src/space/a.py"
    assert find_module(tree, ["src"], "space") == "src/space"
    assert find_module(tree, [".", "src"], "nothing") is None
