"""What the evaluator makes of configuration files."""

import ast
import os
import posixpath
import types
from pathlib import PurePosixPath

import pytest
from deploylint.facts import Environment, Known, Unknown
from deploylint.formats.gunicorn import parse
from deploylint.formats.gunicorn.values import PathObject, types_of
from deploylint.source import Source
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support import assert_linear


def outcome(text, environment=None, file=None):
    return parse(Source("gunicorn.conf.py", text)).run(environment, file)


def value(text, environment=None, file=None):
    return outcome(f"import os, multiprocessing\nx = {text}\n", environment, file).value("x")


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "-2 ** 2",
        "2 ** -1",
        "2 ** 3 ** 2",
        "-(3 - 4) * 5 % 3",
        "7 // 2 - 7 / 2",
        "not 1 == 2 and 'a' in 'abc'",
        "'a' not in 'abc' or None",
        "1 if '' else 2",
        "None is None",
        "1 < 2",
        "~5 & 3 | 4 ^ 1",
        "1 << 3 >> 1",
        "'a' 'b' \"c\"",
        "b'a' rb'\\n'",
        "r'\\n' '\\n\\x41\\u00e9\\N{BULLET}'",
        "'''a\nb'''",
        "f'{1 + 1}:{\"x\"!r:>5}|{{}}'",
        "f'{3.14159:.{2}f}'",
        "'%s:%d' % ('h', 80)",
        "'{}:{port}'.format('h', port=80)",
        "'-'.join(['a', 'b'])",
        "' A,b '.strip().lower().split(',')",
        "int('12', 10) + int('0x1f', 0) + round(2.6)",
        "max(1, min(9, 4))",
        "str(1) + str(True)",
        "len('abc') * [0]",
        "[1, (2,), {'a': {3}}, ()]",
        "{'a': [1, 2]}['a'][-1]",
        "(1, 2)[0]",
        "{'a': 1}.get('b', 2)",
        "'abc'.replace('b', 'x').upper()",
        "bool('') or 'a' and 'b'",
        "0o17 + 0b11 + 1_000",
        "1e3",
        "'x' if not None else 'y'",
    ],
)
def test_same_value_as_python(text):
    result = value(text)
    assert result.known, result
    expected = eval(text)
    assert result.value == expected
    assert type(result.value) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "nobody",
        "nobody()",
        "open('x').read()",
        "os.path.exists('x')",
        "os.getcwd()",
        "[i for i in (1, 2)]",
        "'x'[0:1]",
        "1 < 2 < 3",
        "int('a')",
        "1 / 0",
        "__file__",
        "9 ** 9 ** 9",
        "'a' * 10 ** 9",
        "[0] * 10 ** 9",
        "'%1000000000d' % 1",
        "'{:1000000000}'.format(1)",
        "f'{1:1000000000}'",
        "1 << 10 ** 9",
        "'{0.__class__}'.format(1)",
        "'{{ bind }}'",
        "(" * 200 + "1" + ")" * 200 + ".x",
        "lambda: 1 and (yield)",
    ],
)
def test_what_nobody_can_tell_is_unknown(text):
    result = value(text)
    assert result is None or not result.known or "lambda" in text


def test_environment_variables():
    text = "os.environ.get('PORT', '8000')"
    unknown = value(text)
    assert (unknown.alternatives, unknown.complete, unknown.variables) == (("8000",), False, {"PORT"})
    assert value(text, Environment({"PORT": Known("9000")})).value == "9000"
    assert value(text, Environment({})).value == "8000"
    assert not value(text, Environment({}, complete=False)).known
    assert not value(text, Environment({"PORT": Unknown("template")})).known
    assert value("os.environ['PORT']", Environment({"PORT": Known("1")})).value == "1"
    assert value("os.environ['PORT']", Environment({})).alternatives == ()
    assert value("int(os.getenv('W') or 3)").alternatives == (3,)
    assert value("int(os.getenv('W') or 3)", Environment({"W": Known("5")})).value == 5


def test_processors_are_a_set_of_cases():
    result = value("multiprocessing.cpu_count() * 2 + 1")
    assert result.alternatives[:2] == (3, 5)
    assert not result.complete
    assert {type(one) for one in value("multiprocessing.cpu_count() * 1.5").alternatives} == {float}


def test_names_from_imports():
    text = "from os import environ as e, getenv\nimport os.path as p\nfrom multiprocessing import cpu_count\n"
    names = outcome(
        text + "a = e.get('A', 1)\nb = getenv('B', 2)\nc = p.join('/a', 'b')\nd = cpu_count()\n",
        Environment(),
    )
    assert [names.value(name).value for name in "abc"] == [1, 2, "/a/b"]
    assert names.value("d").alternatives


def test_the_files_own_path():
    text = "os.path.join(os.path.dirname(os.path.abspath(__file__)), 'run')"
    assert value(text, file="/srv/shop/gunicorn.conf.py").value == "/srv/shop/run"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\nx = 2", (2,)),
        ("x = ['a']\nx.append('b')\nx += ['c']", (["a", "b", "c"],)),
        ("x = 1\nif nobody:\n    x = 2", (2, 1)),
        ("if nobody:\n    x = 1\nelse:\n    x = 2", (1, 2)),
        ("if True:\n    x = 1\nelse:\n    x = 2", (1,)),
        ("x = 1\nif __name__ == '__main__':\n    x = 2", (1,)),
        ("try:\n    import a\n    x = 1\nexcept ImportError:\n    x = 2", (1, 2)),
        ("x = 1\nif nobody:\n    x = 3\n    raise SystemExit", (1,)),
        ("a, (x, c) = 1, (2, 3)", (2,)),
        ("a = x = 3", (3,)),
        ("x: int = 3", (3,)),
        ("with nobody() as f:\n    x = 4", (4,)),
        ("y = 2; x = y * 2", (4,)),
        ("def f(server):\n    x = 1\nx = 5", (5,)),
        ("x = ['a']\nhelper(x)", ()),
        ("x = ['a']\nx[0] = 'b'", ()),
        ("x = 0\nfor i in range(3):\n    x += i", (0,)),
        ("x = []\nfor i in range(3):\n    x.append(i)", ([],)),
        ("x = 1\nfrom settings import *", (1,)),
        ("x = 1\nglobals().update(y)", (1,)),
        ("x = 1\nx = = 2", ()),
    ],
)
def test_statements(text, expected):
    assert outcome(text).value("x").alternatives == expected


@pytest.mark.parametrize(
    "text",
    [
        "x = 0\nfor i in range(3):\n    x += i",
        "x = []\nfor i in range(3):\n    x.append(i)",
        "x = 1\nfrom settings import *",
        "x = 1\nglobals().update(y)",
    ],
)
def test_values_that_may_have_changed(text):
    assert not outcome(text).value("x").complete


def test_names_that_may_come_from_elsewhere():
    assert outcome("x = 1").value("y") is None
    assert outcome("from settings import *").value("y").alternatives == ()


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=5)
        | st.binary(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            | st.tuples(inner)
        ),
        max_leaves=8,
    )
)
@settings(max_examples=200, deadline=None)
def test_literals_come_back(expected):
    result = value(repr(expected))
    assert not result.known or result.value == expected
    assert (
        result.known
        or "inf" in repr(expected)
        or "e+" in repr(expected)
        or "{{" in repr(expected)
        or len(repr(expected)) > 60
    )


@given(st.text("abx=+*/%()[]{}'\",.: \n1#\\f", max_size=60))
@settings(max_examples=500, deadline=None)
@example("x = f'{")
def test_any_text_is_evaluated(text):
    config = parse(Source("gunicorn.conf.py", text))
    assert config.outcome.names is not None
    assert list(config.comments()) is not None
    assert config.statement(0).start >= 0
    assert isinstance(config.used, frozenset)


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "x = [0]\n" + "x = [x, x]\n" * n,
        lambda n: "x = 'a'\n" + "x += x\n" * n,
        lambda n: "x = 3\n" + "x *= x\n" * n,
        lambda n: "from a import *\nx = 1\n" * n,
        lambda n: "if a:\n    x = 1\nelse:\n    x = 2\n" * n,
        lambda n: "x = " + "1 + " * n + "1\n",
        lambda n: "x = " + "a if b else " * n + "1\n",
        lambda n: "x = f" + ".f" * n,
        lambda n: "".join(f"x{i} = 1\nif a:\n    y{i} = x{i}\n" for i in range(n)),
        lambda n: "".join(" " * depth + "if a:\n" for depth in range(n // 10)),
    ],
    ids=lambda text: text(1)[:16],
)
def test_hostile_files_cost_no_more_than_their_length(text):
    def read(count):
        config = parse(Source("gunicorn.conf.py", text(count)))
        assert config.outcome
        assert config.used is not None

    assert_linear(read, 700, 2_800)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "x = 1\nx = 'two'\n",
        "x = 1\nx = f()\n",
        "x = f()\nx = 1\n",
        "x = y = 1\n",
        "x = 1; x += 1\n",
        "x = 1\nif a:\n    x = 2\n",
        "if a:\n    x = 2\nx = 1\n",
        "x = 1\nfor x in y:\n    pass\n",
        "x = 1\n@a\ndef x():\n    pass\n",
        "x = 1\nimport x\n",
        "x = 1\ndel x\n",
        "x = 1\nx = = 2\n",
        "x = 1\nfrom a import *\n",
        "from a import *\nx = 1\n",
        "x = 1\nif a:\n    from a import *\n",
        "x = 1\nglobals()['x'] = 2\n",
        "x = 1\nexit()\nx = 2\n",
        "exit()\nx = 1\n",
        "x = {{ x }}\nx = '{{ x }}'\n",
    ],
)
def test_a_name_has_the_same_value_whether_somebody_reads_it_or_not(text):
    unread, read = outcome(text), outcome(f"{text}print(x)\n")
    assert unread.value("x") == read.value("x")
    assert ("x" in unread.names, unread.closed) == ("x" in read.names, read.closed)
    assert set(unread.names) == set(read.names)
    assert len(unread.names) == len(read.names)


def test_settings_are_found_among_all_names():
    names = outcome("a = 1\nbind = 'x'\nif a:\n    workers = 2\nimport os\n").names
    assert [(name, len(bindings)) for name, bindings in names.settings] == [("bind", 1), ("workers", 1)]
    assert all(names[name] is names.get(name) is bindings for name, bindings in names.settings)
    assert names.get("timeout") is names.get("nothing") is None
    assert names.get("timeout", ()) == names.get("nothing", ()) == ()
    assert names.get("a")[0].value.value == names["a"][0].value.value == 1
    for name in ("timeout", "nothing"):
        with pytest.raises(KeyError):
            names[name]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("chdir = __file__\n", ["/srv/a.py", "/srv/b.py"]),
        ("chdir = f'{__file__}x'\n", ["/srv/a.pyx", "/srv/b.pyx"]),
        ("chdir = '/srv'\n", ["/srv", "/srv"]),
    ],
)
def test_a_file_that_asks_for_its_place_is_run_for_each(text, values):
    config = parse(Source("gunicorn.conf.py", text))
    runs = [config.run(file=file) for file in ("/srv/a.py", "/srv/b.py")]
    assert [run.value("chdir").value for run in runs] == values
    assert (runs[0] is runs[1]) == (values[0] == values[1])
    assert config.run(file="/srv/a.py") is runs[0]


def test_comments_and_statements_have_places():
    text = "# about bind\nbind = [  # here\n    'a',\n]\nif x:\n    # inside\n    workers = 2\n"
    config = parse(Source("gunicorn.conf.py", text))
    assert [text[span.start : span.end] for span in config.comments()] == [
        "# about bind",
        "# here",
        "# inside",
    ]
    assert text[config.statement(0).start : config.statement(0).end].startswith("bind = [")
    inner = config.statement(text.index("# inside"))
    assert text[inner.start : inner.end] == "workers = 2"
    assert ast.parse(text)


WORLDS = [
    (variables, processors)
    for variables in ({}, {"A": ""}, {"A": "7", "B": "x y"}, {"A": "%s", "B": "-1"}, {"B": "true"})
    for processors in (1, 3, 36)
]
LEAVES = [
    *(
        "1",
        "-2",
        "2.5",
        "'a'",
        "'%s'",
        "''",
        "'%d-%d'",
        "None",
        "True",
        "[1, 'a']",
        "{'a': 1, '7': 'b'}",
        "('a', 2)",
    ),
    "os.environ.get('A', 'no')",
    "os.environ.get('B', 3)",
    "os.environ['A']",
    "os.getenv('B')",
    "cpu_count()",
    "(os.cpu_count() or 1)",
    "__file__",
    "Path(__file__)",
    "os",
    "len",
    "cpu_count",
]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "<", "==", "in", "or", "and", "|", "<<"]
CALLS = [
    *(
        "int({0})",
        "int({0}, {1})",
        "str({0})",
        "float({0})",
        "bool({0})",
        "len({0})",
        "abs({0})",
        "round({0})",
    ),
    *("max({0}, {1})", "min({0}, {1})", "sum({0})", "os.path.join({0}, {1})", "Path({0})", "cpu_count({0})"),
    *("({0}).join({1})", "({0}).upper()", "({0}).split({1})", "({0}).get({1})", "({0}).format({1})"),
    *("({0}).count({1})", "({0}).parent", "({0})[{1}]", "-({0})", "not ({0})", "({0})()", "({0})({1})"),
    *("f'{{{0}}}'", "os.environ.get({0})", "os.environ.get({0}, {1})", "[{0}, {1}]", "({0}, {1})"),
]
EXPRESSIONS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: (
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda one: f"({one[0]} {one[1]} {one[2]})")
        | st.tuples(st.sampled_from(CALLS), inner, inner).map(lambda one: one[0].format(one[1], one[2]))
    ),
    max_leaves=5,
).filter(lambda text: text.count("**") + text.count("<<") < 2)  # Python works on a power of a power for hours


def in_python(expression, variables, processors):
    """The value that Python gives, or the exception."""
    environ = os._Environ(  # as the real one, which takes texts alone
        {name.encode(): text.encode() for name, text in variables.items()},
        os.environ.encodekey,
        os.environ.decodekey,
        os.environ.encodevalue,
        os.environ.decodevalue,
    )
    module = types.ModuleType("os")
    module.environ, module.getenv, module.path = environ, environ.get, posixpath
    module.cpu_count = cpu_count = lambda: processors
    names = {"os": module, "cpu_count": cpu_count, "Path": PurePosixPath, "__file__": "/srv/gunicorn.conf.py"}
    try:
        return eval(expression, names)
    except Exception as error:  # noqa: BLE001  whatever it is
        return error


@given(EXPRESSIONS)
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("os.environ.get('A', 'no') % ('a', 2)")
@example("max(2.5, cpu_count())")
@example("{'a': 1, '7': 'b'}[os.environ['A']]")
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_types_and_failures_hold_in_every_world(expression):
    text = f"import os\nfrom multiprocessing import cpu_count\nfrom pathlib import Path\nx = {expression}\n"
    names = outcome(text)
    found = names.value("x")
    for variables, processors in WORLDS:
        real = in_python(expression, variables, processors)
        if names.failure is not None:
            assert isinstance(real, Exception), (expression, variables, processors)
        elif types_of(found) and not isinstance(real, Exception):
            kind = PathObject if isinstance(real, PurePosixPath) else type(real)
            assert kind in types_of(found), (expression, variables, processors)


def test_a_file_that_asks_for_no_variable_runs_once():
    environments = [Environment({"PORT": Known(port)}) for port in ("1", "2")]
    plain = parse(Source("gunicorn.conf.py", "import os\nworkers = 1 + 1\nbind = __file__\n"))
    first, second = (plain.run(environment) for environment in environments)
    assert first is second
    assert plain.run(environments[0], "/srv/gunicorn.conf.py").value("bind").value == "/srv/gunicorn.conf.py"
    asking = parse(Source("gunicorn.conf.py", 'import os\nworkers = int(os.environ.get("PORT", 3))\n'))
    assert [asking.run(environment).value("workers").value for environment in environments] == [1, 2]
    assert not asking.run(None).value("workers").known
