"""Values that supervisor refuses are those that the rules find, and no others."""

import re

import pytest
from deploylint.source import Source
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("supervisor")
options = pytest.importorskip("supervisor.options")
datatypes = pytest.importorskip("supervisor.datatypes")

RULES = (
    "supervisor-syntax-error",
    "supervisor-invalid-value",
    "supervisor-bad-expansion",
    "supervisor-environment-syntax",
    "supervisor-process-num-missing",
    "supervisor-invalid-name",
)
VALUES = {
    "autostart": ["true", "Yes", "1", "t", "", "enabled", "%(program_name)s", "100%"],
    "autorestart": ["true", "unexpected", "UNEXPECTED", "always", "0"],
    "startsecs": ["1", "-1", " 2", "1s", "1.5", "0x10", "1_0", "%(ENV_X)s", "%(ENV_X)d", "%(numprocs)d"],
    "stopsignal": ["TERM", "sigint", "15", "FOO", "99", "SIGRTMIN"],
    "exitcodes": ["0,2", "0, 2", "256", "a", "", "0,,2"],
    "stdout_logfile_maxbytes": ["1MB", "1 mb", "50M", "1.5MB", "0", "-1KB"],
    "umask": ["022", "9", "0o22", "rwx"],
    "killasgroup": ["true", "maybe"],
    "numprocs": ["0", "1", "2", "x"],
    "process_name": ["%(program_name)s_%(process_num)02d", "%(nothing)s", "x"],
    "directory": ["%(here)s/x", "%(ENV_X)s", "%(X)s", "50%", "%%", "%(process_num)d"],
    "user": ["%(program_name)s", "%(process_num)d"],
    "environment": [
        *("A=1", "A=1,B=2", "A=a@b", "A=", "A=b=c", '"A=b"', "A=b B=c", "A=x,y,z", 'A="",B=1', "A=$HOME:/x"),
        *('A="x ; y"', "A=abc#def,C=d", "A=a;C=d", 'A="%(ENV_X)s"', 'A="50%"', 'A="a"b', "A='1',"),
    ],
    "command": [
        "/bin/cat %(process_num)d",
        "/bin/date +%s",
        "/bin/date +%%s",
        "%(here)s",
        "x %(y)",
        "x %(program_name)",
    ],
    "unknown": ["100%", "%(x)s"],
}
SUPERVISORD = {
    "loglevel": ["info", "warning", "WARN"],
    "minfds": ["1", "x"],
    "nodaemon": ["true", "x"],
    "umask": ["0"],
}
CASES = [("[program:w]", name, value) for name, values in VALUES.items() for value in values] + [
    ("[supervisord]", name, value) for name, values in SUPERVISORD.items() for value in values
]


@pytest.fixture(scope="module")
def refuses(tmp_path_factory):
    path = tmp_path_factory.mktemp("supervisor") / "supervisord.conf"
    patch = pytest.MonkeyPatch()
    for module in (options, datatypes):
        for name in ("existing_directory", "existing_dirpath"):
            patch.setattr(module, name, lambda value: value, raising=False)
        for name in ("name_to_uid", "name_to_gid", "gid_for_uid"):
            patch.setattr(module, name, lambda _: 65534, raising=False)

    def read(text):
        path.write_text(text, encoding="utf-8")
        reader = options.ServerOptions()
        reader.environ_expansions = {"ENV_X": "1"}
        reader.configfile = str(path)
        reader.here = str(path.parent)
        try:
            reader.process_config(do_usage=False)
        except ValueError as error:
            return str(error)
        finally:
            reader.poller.close()
        return None

    yield read
    patch.undo()


def findings(text):
    rules = [all_rules()[name] for name in RULES]
    return [
        finding
        for finding in check_sources([Source("supervisord.conf", text)], rules)
        if not any(
            accepted in finding.finding.message for accepted in ("the rest is dropped", "whole environment")
        )
    ]


def text_with(section, name, value):
    extra = f"{section}\n{name}={value}\n"
    return f"[supervisord]\n[program:w]\ncommand=/bin/cat\n{extra}"


@pytest.mark.parametrize(("section", "name", "value"), CASES)
def test_same_verdict(refuses, section, name, value):
    text = text_with(section, name, value)
    assert bool(findings(text)) == (refuses(text) is not None), refuses(text)


@given(st.sampled_from(CASES), st.data())
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_same_verdict_for_mutants(refuses, case, data):
    """One character of a value is dropped, doubled or replaced."""
    section, name, value = case
    at = data.draw(st.integers(0, len(value)))
    piece = data.draw(
        st.sampled_from(["", value[at : at + 1] * 2, "%", "(", ")", "s", "0", ",", '"', "=", " ", "#", "-"])
    )
    text = text_with(section, name, value[:at] + piece + value[at + 1 :])
    refusal = refuses(text)
    # Which variables there are, and what they hold, depends on the machine: no finding rests on that.
    assume(refusal is None or "%(ENV_" not in text or "badly formatted" in refusal)
    # Nobody means what comes of `%a`: Python's view of the whole environment.
    assume(name != "environment" or not re.search("%[rsa]", text))
    assert bool(findings(text)) == (refusal is not None), (text, refusal)
