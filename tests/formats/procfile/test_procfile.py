"""Procfiles: a process for each line."""

from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.procfile import facts, parse
from deploylint.source import Source
from deploylint.tree import MemoryTree
from hypothesis import given
from hypothesis import strategies as st


def test_lines_and_their_processes():
    text = "# site\nweb : PORT=9000 gunicorn shop -b :$PORT\nrelease: python manage.py migrate\n\nw_2: celery -A a worker\nx\n"
    document = parse(Source("Procfile", text))
    assert [(entry.name, entry.one_shot) for entry in document.entries] == [
        ("web", False),
        ("release", True),
        ("w_2", False),
    ]
    processes = list(facts([document], MemoryTree([])))
    assert [(process.name, process.invocation.kind) for process in processes] == [
        ("Procfile web", Kind.GUNICORN),
        ("Procfile w_2", Kind.CELERY_WORKER),
    ]
    assert processes[0].at.text == "PORT=9000 gunicorn shop -b :$PORT"
    assert [problem.at.text for problem in document.problems] == ["x"]
    assert [text[span.start : span.end] for span in document.comments()] == ["# site"]


@given(st.text(alphabet="web: #\n\r'\"$\ufeff", max_size=50))
def test_any_text_is_read(text):
    document = parse(Source("Procfile", text))
    list(facts([document], MemoryTree([])))
    assert all(entry.at.span.end <= len(text) for entry in document.entries)
