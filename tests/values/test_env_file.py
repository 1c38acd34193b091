"""One env file, four readers."""

import pytest
from deploylint.values.env_file import EnvDialect, parse_env_file

COMPOSE, DOTENV, SHELL, SYSTEMD = EnvDialect.COMPOSE, EnvDialect.DOTENV, EnvDialect.SHELL, EnvDialect.SYSTEMD


def values(text, dialect):
    return {entry.name: entry.value for entry in parse_env_file(text, dialect).entries}


@pytest.mark.parametrize(
    ("text", "systemd", "compose", "dotenv", "shell"),
    [
        ("A=1", "1", "1", "1", "1"),
        ("A=1 # c", "1 # c", "1", "1", "1"),
        ("A=1#c", "1#c", "1#c", "1#c", "1#c"),
        ("A='x y'", "x y", "x y", "x y", "x y"),
        ('A="x" # c', "x# c", "x", "x", "x"),
        ("A=$B", "$B", None, "$B", None),
        ("A=${B}", "${B}", None, None, None),
        ("A='$B'", "$B", "$B", "$B", "$B"),
        ("A='${B}'", "${B}", "${B}", None, "${B}"),
        ('A="a\\nb"', "a\\nb", "a\nb", "a\nb", "a\\nb"),
        ("A=a\\ b", "a b", "a\\ b", "a\\ b", "a b"),
        ("A='one\ntwo'", "one\ntwo", "one\ntwo", "one\ntwo", "one\ntwo"),
        ("A=", "", "", "", ""),
        ("A=x'y'", "x'y'", "x'y'", "x'y'", "xy"),
    ],
)
def test_one_line_four_meanings(text, systemd, compose, dotenv, shell):
    assert values(text, SYSTEMD) == {"A": systemd}
    assert values(text, COMPOSE) == {"A": compose}
    assert values(text, DOTENV) == {"A": dotenv}
    assert values(text, SHELL) == {"A": shell}


@pytest.mark.parametrize(
    ("text", "dialect", "message", "fatal"),
    [
        ("export A=1", SYSTEMD, "'export A' is no variable name: the line is dropped", False),
        ("A", SYSTEMD, "the line has no '=' and is ignored", False),
        ("A='x", SYSTEMD, "a quote is not closed: it takes the rest of the file", False),
        ("A!=1", COMPOSE, "unexpected character '!' in a variable name", True),
        ("A B=1", COMPOSE, "key cannot contain a space", True),
        ('A="x', COMPOSE, "unterminated quoted value", True),
        ("A=50$", COMPOSE, "Invalid template: '$' begins no variable; write '$$'", True),
        ('A="x', DOTENV, "python-dotenv could not parse the statement", False),
        ("A = 1", SHELL, "the shell runs this as a command", False),
        ("A=b c", SHELL, "the shell runs this as a command", False),
        ("A='x", SHELL, "a quote is not closed", True),
    ],
)
def test_problems(text, dialect, message, fatal):
    problems = parse_env_file(text, dialect).problems
    assert [(problem.message, problem.fatal) for problem in problems] == [(message, fatal)]


def test_spans_cover_what_is_written():
    text = "# c\nexport A=1\nB='x y' # z\n"
    entries = parse_env_file(text, SHELL).entries
    assert [text[entry.start : entry.end] for entry in entries] == ["A=1", "B='x y'"]
    assert [text[entry.value_start : entry.end] for entry in entries] == ["1", "'x y'"]


def test_references():
    (entry,) = parse_env_file("URL=postgres://${USER}:$PASS@db", COMPOSE).entries
    assert entry.references == ("USER", "PASS")


def test_compose_names():
    text = "A.b-c[0]: 1\nINHERITED\n1A=x\nexport B=2\n"
    assert values(text, COMPOSE) == {"A.b-c[0]": "1", "INHERITED": None, "B": "2"}


def test_dotenv_goes_on_behind_a_bad_line():
    assert values("A=1\n=x\nB=2\n", DOTENV) == {"A": "1", "B": "2"}
