"""Exec lines and Environment= as systemd splits them."""

import pytest
from deploylint.values.environment import parse_environment
from deploylint.values.exec_line import VariableForm, find_variables, parse_exec_line


def commands(text, **options):
    return [
        (c.prefixes, c.path.text, [w.text for w in c.arguments])
        for c in parse_exec_line(text, **options).commands
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/bin/true", [("", "/bin/true", [])]),
        ("-/bin/true a 'b c'", [("-", "/bin/true", ["a", "b c"])]),
        ("@-:+/bin/x y z", [("@-:+", "/bin/x", ["y", "z"])]),
        ("!!/bin/x", [("!!", "/bin/x", [])]),
        ("gunicorn app:app", [("", "gunicorn", ["app:app"])]),
        ("/bin/a ; /bin/b x", [("", "/bin/a", []), ("", "/bin/b", ["x"])]),
        ("/bin/a \\; x", [("", "/bin/a", [";", "x"])]),
        ("/bin/a b;c", [("", "/bin/a", ["b;c"])]),
        ("/bin/sh -c 'a && b'", [("", "/bin/sh", ["-c", "a && b"])]),
        ("/bin/a x\\x41\\tb", [("", "/bin/a", ["xA\tb"])]),
        ("%h/venv/bin/x", [("", "%h/venv/bin/x", [])]),
        ("'/bin/with blank' a", [("", "/bin/with blank", ["a"])]),
    ],
)
def test_commands(text, expected):
    line = parse_exec_line(text)
    assert commands(text) == expected
    assert not line.problems


@pytest.mark.parametrize(
    ("text", "message", "fatal"),
    [
        ("bin/x", "Neither a valid executable name nor an absolute path: 'bin/x'", True),
        ("./x", "Neither a valid executable name nor an absolute path: './x'", True),
        ("-bin/x", "Neither a valid executable name nor an absolute path: 'bin/x'", False),
        ("/bin/", "Executable path specifies a directory: '/bin/'", True),
        ("-", "Empty path in command line: ''", False),
        ("@/bin/x", "Empty executable name or zeroeth argument", True),
        ("/bin/x 'a", "Unbalanced quoting", True),
        ("/bin/x \\q", "Ignoring unknown escape sequences", False),
        ("/bin/x %Z", "%Z is no specifier: write %%Z for a literal percent sign", True),
        ("$HOME/bin/x", "Neither a valid executable name nor an absolute path: '$HOME/bin/x'", True),
    ],
)
def test_problems(text, message, fatal):
    (problem,) = parse_exec_line(text).problems
    assert (problem.message, problem.fatal) == (message, fatal)


def test_earlier_commands_survive_a_later_fault():
    line = parse_exec_line("/bin/a ; -bin/b ; /bin/c")
    assert [command.path.text for command in line.commands] == ["/bin/a"]
    assert line.problems[0].start == 10


def test_spans_are_those_of_the_value():
    text = "-@/bin/x  'name of it' --bind \"[::]:80\""
    (command,) = parse_exec_line(text).commands
    assert text[command.path.start : command.path.end] == "/bin/x"
    assert [text[w.start : w.end] for w in command.arguments] == ["'name of it'", "--bind", '"[::]:80"']


def test_shell_prefix_depends_on_the_release():
    assert commands("|/bin/true") == [("|", "/bin/true", [])]
    assert parse_exec_line("|/bin/true", version=252).problems[0].fatal


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("$A", [("A", VariableForm.WORD)]),
        ("$HOME/x", [("HOME/x", VariableForm.WORD)]),
        ("a${B}c", [("B", VariableForm.BRACED)]),
        ("${A:-x}", [("A:-x", VariableForm.LITERAL)]),
        ("x$A", [("A", VariableForm.LITERAL)]),
        ("$$A", []),
        ("a$$b", []),
        ("100$", []),
    ],
)
def test_variables(word, expected):
    assert [(variable.name, variable.form) for variable in find_variables(word)] == expected


def test_environment():
    text = "A=1 \"B=x y\" C='d e' 1D=x E"
    environment = parse_environment(text)
    assert [(a.name, a.value, text[a.start : a.end]) for a in environment.assignments] == [
        ("A", "1", "A=1"),
        ("B", "x y", '"B=x y"'),
        ("C", "d e", "C='d e'"),
    ]
    assert [text[p.start : p.end] for p in environment.problems] == ["1D=x", "E"]


def test_an_unknown_escape_drops_the_rest_of_an_environment():
    environment = parse_environment("A=1 B=\\q C=3")
    assert [assignment.name for assignment in environment.assignments] == ["A"]
    assert len(environment.problems) == 1
