"""Shell scripts: what they start and set."""

import pytest
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.shell import parse
from deploylint.source import Source
from hypothesis import given
from hypothesis import strategies as st

SCRIPT = """#!/bin/sh
set -e
PORT=8000 # the port
export DEBUG=0
cd /srv/shop
if [ -n "$MIGRATE" ]; then
    python manage.py migrate
fi
exec gunicorn -b 0.0.0.0:$PORT \\
    shop.wsgi
"""


def test_a_start_script():
    script = parse(Source("start.sh", SCRIPT))
    assert [(each.kind, each.wrapping.conditional) for each in script.invocations] == [
        (Kind.DJANGO, True),
        (Kind.GUNICORN, False),
    ]
    server = script.invocations[1]
    assert server.wrapping.execs
    assert server.wrapping.directory.value == "/srv/shop"
    assert server.binds[0].address.port == 8000
    assert SCRIPT[server.binds[0].span.start : server.binds[0].span.end] == "0.0.0.0:$PORT"
    assert [(made.name, made.value.value) for made in script.assignments] == [
        ("PORT", "8000"),
        ("DEBUG", "0"),
    ]
    assert [SCRIPT[span.start : span.end] for span in script.comments()] == ["#!/bin/sh", "# the port"]
    span = script.statement(SCRIPT.index("exec"))
    assert SCRIPT[span.start : span.end] == "exec gunicorn -b 0.0.0.0:$PORT \\\n    shop.wsgi"


@pytest.mark.parametrize(
    ("text", "line"), [("echo 'open\nmore\n", 1), ('a=1\necho "open\n', 2), ("echo 'a' \"b'\n", 1)]
)
def test_quotations_that_are_never_closed(text, line):
    (problem,) = parse(Source("a.sh", text)).problems
    assert problem.at.start.line == line


@pytest.mark.parametrize(
    "text",
    [
        "cat <<X\nit's\nX\n",
        "# it's\n",
        "echo it\\'s\n",
        "x=$'it\\'s'\n",
        'echo "${A-${B-${C-"d"}}}"\n',
        "{{ a }} 'x\n",
    ],
)
def test_what_only_looks_open(text):
    assert parse(Source("a.sh", text)).problems == ()


@given(st.text(alphabet="a'\"$(){}`\\\n<;&|# =", max_size=60))
def test_any_text_is_read(text):
    script = parse(Source("a.sh", text))
    assert all(each.span.end <= len(text) for each in script.invocations)
    assert all(problem.at.span.end <= len(text) for problem in script.problems)
    list(script.comments())


def test_a_here_document_in_a_comment_is_none():
    script = parse(Source("start.sh", "# python << END\n# import sys\n# END\nexec gunicorn wsgi:app\n"))
    assert [invocation.program for invocation in script.invocations] == ["gunicorn"]
