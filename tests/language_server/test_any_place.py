"""Whatever is typed and wherever is pointed: an answer or none, never a failure, and never a slow one."""

import time
from pathlib import Path

import pytest
from deploylint import formats
from deploylint.language_server.languages import Place, languages
from deploylint.project import Project
from deploylint.recognition import recognise
from deploylint.source import Source
from deploylint.tree import MemoryTree
from hypothesis import given, settings
from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = [
    path
    for path in sorted((FIXTURES / "projects").rglob("*"))
    if path.is_file() and path.stat().st_size < 4000 and recognise(path.name, path.read_text()) is not None
]
TYPED = st.sampled_from(["", "=", "[", "{", "}", "%", "$", "'", '"', "\\\n", "- ", ": ", "\n", "@", "x"])


def asked(path, text, offset):
    """All answers at a place."""
    source = Source(path, text)
    kind = recognise(path, text)
    if kind is None:
        return
    document = formats.load(kind).parse(source)
    place = Place(Project([document], MemoryTree([source])), document, offset)
    for language in languages(document):
        language.hover(place)
        language.choices(place)
        for at in language.definitions(place):
            assert at.span.end <= len(at.source.text)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_place_of_a_half_typed_file_is_a_failure(data):
    path = data.draw(st.sampled_from(FILES))
    text = path.read_text()
    at = data.draw(st.integers(0, len(text)))
    typed = data.draw(TYPED)
    rest = "" if data.draw(st.booleans()) else text[at + data.draw(st.integers(0, 3)) :]
    asked(path.name, text[:at] + typed + rest, at + len(typed))


LONG = {
    "nginx.conf": "server { x " + "a" * 200_000 + "; }\n",
    "a.service": "[Service]\nExecStart=" + "a" * 200_000 + "\n",
    "supervisord.conf": "[program:a]\ncommand=" + "%(" * 50_000 + "\n",
    "uwsgi.ini": "[uwsgi]\nmodule = " + "a" * 200_000 + "\n",
    "compose.yaml": "services:\n  web:\n    image: " + "a" * 200_000 + "\n",
    "gunicorn.conf.py": "bind = '" + "a" * 200_000 + "'\n",
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_line_is_no_trouble(name):
    text = LONG[name]
    started = time.process_time()
    asked(name, text, len(text) - 2)
    asked(name, text, len(text) // 2)
    assert time.process_time() - started < 20
