"""Env files: entries as they are written, values as each reader takes them."""

from deploylint.formats.env import parse
from deploylint.source import Source
from deploylint.values.env_file import EnvDialect
from hypothesis import given
from hypothesis import strategies as st


def parsed(text):
    return parse(Source(".env", text))


def test_entries_as_written():
    text = "\ufeff# c\r\nA=1 # one\r\nexport B='x\ny' # two\nC=a#b\nD = \nE=it's\n"
    document = parsed(text)
    assert [(e.name, e.raw, e.export, e.comment is not None) for e in document.entries] == [
        ("A", "1", False, True),
        ("B", "'x\ny'", True, True),
        ("C", "a#b", False, False),
        ("D", "", False, False),
        ("E", "it's", False, False),
    ]
    assert [text[span.start : span.end] for span in document.comments()] == ["# c", "# one", "# two"]
    assert [entry.value_at.text for entry in document.entries] == [entry.raw for entry in document.entries]
    assert document.problems == ()


def test_the_value_depends_on_the_reader():
    document = parsed("A='x' # why\nA=last # why\n")
    assert document.value("A", EnvDialect.SYSTEMD) == "last # why"
    assert document.value("A", EnvDialect.COMPOSE) == "last"
    assert document.value("B", EnvDialect.COMPOSE) is None
    assert document.get("A").raw == "last"


def test_the_statement_is_the_whole_value():
    text = "A='x\ny'\nB=1\n"
    span = parsed(text).statement(0)
    assert text[span.start : span.end] == "A='x\ny'"


@given(st.text(alphabet="AB= \t\n\r'\"#\\$\ufeffé:", max_size=60))
def test_any_text_is_read(text):
    document = parsed(text)
    for entry in document.entries:
        assert (
            entry.start
            <= entry.name_at.span.start
            <= entry.value_at.span.start
            <= entry.value_at.span.end
            <= len(text)
        )
    assert all(problem.at.span.end <= len(text) for problem in document.problems)
    for dialect in EnvDialect:
        document.read(dialect)
