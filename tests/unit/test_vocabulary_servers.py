import pytest
from deploylint.vocabulary import servers


@pytest.mark.parametrize(
    ("command", "flag", "takes_value"),
    [
        ("uvicorn", "--host", True),
        ("uvicorn", "--no-access-log", False),
        ("hypercorn", "-b", True),
        ("daphne", "-u", True),
        ("waitress-serve", "--no-ipv6", False),
        ("granian", "--interface", True),
        ("flask run", "-p", True),
        ("celery", "-A", True),
        ("celery worker", "-c", True),
        ("celery worker", "-B", False),
        ("rq worker", "--url", True),
        ("manage.py runserver", "--noreload", False),
        ("manage.py runserver", "--insecure", False),
    ],
)
def test_options(command, flag, takes_value):
    assert servers.option(command, flag).takes_value is takes_value


def test_unknown():
    assert servers.option("uvicorn", "--nope") is None
    assert servers.options("nope") == ()
    assert servers.command("nope") is None


def test_commands():
    assert servers.command("uvicorn").arguments == (servers.Argument("app", 1, required=True),)
    assert servers.option("granian", "--interface").choices == ("asgi", "asginl", "rsgi", "wsgi")
    assert servers.default_bind("waitress-serve") == "0.0.0.0:8080"
    assert servers.default_bind("celery worker") is None
    assert servers.environment_prefix("uvicorn") == "UVICORN"
    assert "beat" in servers.subcommands("celery")


def test_abbreviations():
    assert [found.flags for found in servers.matching("hypercorn", "--work")] == [
        ("--worker-class", "-k"),
        ("--workers", "-w"),
    ]
    assert [found.flags for found in servers.matching("hypercorn", "--workers")] == [("--workers", "-w")]
    assert servers.matching("uvicorn", "--hos") == ()
