"""Random damage to valid files: supervisor refuses them where we do, and at the same line where it names one."""

import os
import re
from pathlib import Path

import pytest
from deploylint.source import Source
from oracles.ini_mutants import mutants
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("supervisor")
options = pytest.importorskip("supervisor.options")
datatypes = pytest.importorskip("supervisor.datatypes")

COUNT = int(os.environ.get("DEPLOYLINT_MUTANTS", "2000"))
FOLDER = Path(__file__).parents[2] / "fixtures" / "valid" / "supervisor"
SEEDS = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.conf"))]
# The rules that say that supervisord does not start.
RULES = (
    "supervisor-syntax-error",
    "supervisor-invalid-value",
    "supervisor-bad-expansion",
    "supervisor-environment-syntax",
    "supervisor-process-num-missing",
    "supervisor-missing-option",
    "supervisor-no-supervisord-section",
    "supervisor-group-unknown-program",
    "supervisor-event-listener-refused",
    "supervisor-stopasgroup-without-killasgroup",
    "supervisor-incomplete-authentication",
    "supervisor-invalid-name",
)
ACCEPTED = ("the rest is dropped", "whole environment")
WORDS = [
    *(
        "true",
        "false",
        "yes",
        "5",
        "-1",
        "0",
        "10%",
        "%(x)s",
        "%%",
        "%(ENV_X)s",
        "%(process_num)d",
        "5MB",
        "50M",
    ),
    *(
        "TERM",
        "always",
        '"',
        "'",
        "\\",
        "",
        "a=b",
        "# x",
        "; x",
        "a b",
        "a,b",
        "A=1",
        'A="b",C=d',
        "/x",
        "x/y",
    ),
    *(
        "AUTO",
        "none",
        "info",
        "warning",
        "web,worker",
        "web worker",
        "TICK_5",
        "unix:///x",
        "tcp://a:1",
        ":80",
    ),
]


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """What supervisor says of a text; None when it takes it. Users, folders and plug-ins count as there."""
    path = tmp_path_factory.mktemp("supervisor") / "supervisord.conf"
    patch = pytest.MonkeyPatch()
    for module in (options, datatypes):
        for name in ("existing_directory", "existing_dirpath"):
            patch.setattr(module, name, lambda value: value, raising=False)
        for name in ("name_to_uid", "name_to_gid", "gid_for_uid"):
            patch.setattr(module, name, lambda _: 65534, raising=False)
    patch.setattr(options.ServerOptions, "import_spec", lambda _self, _spec: None)

    def read(text):
        path.write_text(text, encoding="utf-8")
        reader = options.ServerOptions()
        reader.environ_expansions = {"ENV_PASSWORD": "p", "ENV_X": "1"}
        reader.configfile = str(path)
        reader.here = str(path.parent)
        try:
            reader.process_config(do_usage=False)
        except ValueError as error:
            return str(error)
        except options.ConfigParser.Error as error:
            return str(error)
        finally:
            reader.poller.close()
        return None

    yield read
    patch.undo()


def ours(text):
    """Findings that say so, as (rule, line)."""
    rules = [all_rules()[name] for name in RULES]
    return {
        (diagnostic.rule, diagnostic.at.start.line)
        for diagnostic in check_sources([Source("supervisord.conf", text)], rules)
        if not any(accepted in diagnostic.finding.message for accepted in ACCEPTED)
    }


def lines_of(message):
    """The lines that the parser complains about."""
    return {
        int(number)
        for number in re.findall(r"\[line +(\d+)\]|line: (\d+)", message)
        for number in number
        if number
    }


def differs(text, message):
    found = ours(text)
    if bool(found) != (message is not None):
        return True
    lines = lines_of(message or "")
    shown = {line for rule, line in found if rule == "supervisor-syntax-error"}
    # Without a header the parser stops at the first line; what follows is told all the same.
    return bool(lines) and lines != ({min(shown)} if "no section headers" in message and shown else shown)


@pytest.mark.parametrize("text", SEEDS)
def test_the_seeds_are_valid(refused, text):
    assert refused(text) is None
    assert not ours(text)


def test_supervisor_refuses_what_we_refuse(refused):
    """Left over: variables that only the machine has, and `%%(here)s`, which an `[include]` fills in twice."""
    differing = []
    for text in mutants(SEEDS, WORDS, COUNT, seed=43):
        message = refused(text)
        if differs(text, message):
            differing.append((message, ours(text), text))
    assert len(differing) <= COUNT // 100, [case[:2] for case in differing[:10]]
