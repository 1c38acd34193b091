"""Memory grows with a file, and by no more for each character than what is kept of it needs."""

import gc
import tracemalloc
from pathlib import Path

import pytest
from deploylint.run import Request, run


def nested(count):
    return "if (a) {" * count + "}" * count


def variables(count):
    lines = "".join(f"Environment=NAME{number:07}=value\n" for number in range(count))
    return "[Service]\nExecStart=/bin/true\n" + lines


def entries(count):
    return "".join(f"NAME{number:07}=value\n" for number in range(count))


def options(count):
    lines = "".join(f"env = NAME{number:07}=value\n" for number in range(count))
    return "[uwsgi]\nmodule = shop.wsgi\nmaster = true\nhttp-socket = :8000\n" + lines


def programs(count):
    program = (
        "[program:web{0:07}]\ncommand=/srv/shop/venv/bin/gunicorn shop.wsgi --bind unix:/srv/shop/{0:07}.sock\n"
        "directory=/srv/shop\nuser=shop\nautorestart=true\nstopasgroup=true\nstdout_logfile=/var/log/{0:07}.log\n\n"
    )
    return "[supervisord]\n\n" + "".join(program.format(number) for number in range(count))


def peak(name, text):
    """The most bytes that a run takes."""
    Path(name).write_text(text, encoding="utf-8")
    gc.collect()
    tracemalloc.start(1)
    run(Request((name,)))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize(
    ("name", "make", "count", "most"),
    [
        ("nginx.conf", nested, 3_000, 36),
        ("large.service", variables, 10_000, 12),
        (".env", entries, 10_000, 8),
        ("uwsgi.ini", options, 10_000, 9),
        ("supervisord.conf", programs, 1_000, 30),
    ],
    ids=["nested blocks", "variables", "env", "uwsgi", "supervisor"],
)
def test_a_larger_file_takes_so_many_bytes_more_for_each_character(tmp_path, name, make, count, most):
    """Files are so large that caches, which hold some thousand entries, are full."""
    path = str(tmp_path / name)
    peak(path, make(10))  # what is imported stays
    small, large = make(count), make(2 * count)
    assert peak(path, large) - peak(path, small) <= most * (len(large) - len(small))
