"""Random damage to valid ini files: uWSGI refuses them where we do, and reads the same options from the others.

uWSGI is asked once for each mutant: in strict mode what it calls an unknown directive must be what we do not know,
else what it shows as its configuration must be what we have read, unless it ends with an error, which we must find.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from deploylint import Severity
from deploylint.formats.uwsgi import parse
from deploylint.source import Source
from deploylint.vocabulary import uwsgi as vocabulary
from oracles.ini_mutants import mutants
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("uwsgi")
UWSGI = shutil.which("uwsgi") or shutil.which("uwsgi", path=str(Path(sys.executable).parent))
if UWSGI is None:
    pytest.skip("uwsgi is not installed", allow_module_level=True)

COUNT = int(os.environ.get("DEPLOYLINT_MUTANTS", "2000"))
FOLDER = Path(__file__).parents[2] / "fixtures" / "valid" / "uwsgi"
SEEDS = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.ini"))]
WORDS = [
    *(
        "true",
        "false",
        "off ; no",
        "5",
        "-1",
        "0",
        "1.5",
        "10%",
        "%(base)",
        "%%",
        "99999",
        "two",
        "30s",
        "660",
    ),
    *("0660", '"', "'", "", "a=b", "# x", "x ; y", "a b", "/x", "1", "888", "4 # x"),
]
# Rules whose errors say that uWSGI does not start.
RULES = (
    "uwsgi-invalid-number",
    "uwsgi-invalid-mode",
    "uwsgi-inline-comment",
    "uwsgi-unclosed-block",
    "uwsgi-invalid-placeholder",
    "uwsgi-invalid-value",
)
# Errors of these rules with which uWSGI starts, or which it finds only when it has opened its sockets.
STARTS = re.compile(r"is never closed|blocks do not nest|must be lower than|(?<!chmod-socket) has a comment")
# Options that would write, run or load something when a mutant makes one of them.
ACTING = re.compile(
    r"^\s*(?:exec|hook|log|pid|safe|daemon|touch|include|inherit|ini|xml|yaml|yml|json|js|spool|cron|unix|mule|"
    r"attach|plugin|emperor|vassal|chdir|chroot|route|import|shared|pyrun|run|cache|need-pl|dl|alarm|notify|req|snmp|"
    r"ftok|uid|gid|user|group|pivot|cgroup|fs|p|s|d|h|w|c|v|x|y|b|t|L|M|R|O|T|S)[\w-]*\s*(?:=|$)",
    re.MULTILINE,
)
KEPT = re.compile(
    r"^\s*(?:processes|procname-prefix|pythonpath|log-format|log-5xx|http-socket|harakiri|worker-reload-mercy|workers|"
    r"wsgi-file|callable|vacuum|threads|thunder-lock|single-interpreter|strict|set-placeholder|static-map|"
    r"socket-timeout|buffer-size|chmod-socket|cheaper|cheaper-initial|listen|limit-as|lazy-apps|max-requests|"
    r"max-requests-delta|master|module|memory-report|reload-on-rss|post-buffering|die-on-term|disable-logging|umask)"
    r"\s*(?:=|$)"
)
# What depends on the machine: its addresses, users, folders and the limits of its kernel.
ON_THE_MACHINE = re.compile(r"bind\(\)|somaxconn|not found\.|No such file|getaddrinfo|gethostby")
END = ("show-config", "hook-pre-jail", "strict", "ini")


def acts(text):
    return any(ACTING.match(line) and not KEPT.match(line) for line in text.splitlines())


def asked(folder, number, text):
    """Exit status and output of uWSGI, which ends before it opens or starts anything."""
    path = folder / f"m{number}.ini"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    run = subprocess.run(
        [UWSGI, "--hook-pre-jail", "exit:0", "--show-config", "--strict", "--ini", path.name],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    path.unlink()
    return run.returncode, (run.stdout + run.stderr).decode("utf-8", "surrogateescape")


def shown(output):
    found = re.search(
        r";uWSGI instance configuration\n\[uwsgi\]\n(.*?);end of configuration", output, re.DOTALL
    )
    if found is None:
        return None
    lines = [line.partition(" = ")[::2] for line in found[1].split("\n")[:-1]]
    return [line for line in lines if line[0] not in END]


def refused(text):
    found = check_sources([Source("m.ini", text)], [all_rules()[name] for name in RULES])
    return [
        item.finding.message
        for item in found
        if item.severity is Severity.ERROR and not STARTS.search(item.finding.message)
    ]


def nests(text):
    """Whether a block stands inside another one; uWSGI minds only when the outer one's condition holds."""
    return bool(check_sources([Source("m.ini", text)], [all_rules()["uwsgi-unclosed-block"]]))


def differs(text, status, output):
    """What does not agree; None when everything does."""
    options = list(parse(Source("m.ini", text)).options())
    unknown = re.search(r"\[strict-mode\] unknown config directive: (.*)", output)
    if any("%" in option.name for option in options):
        return None
    ours = [option.name for option in options if vocabulary.option(option.name) is None]
    if unknown is not None:
        return (
            None if unknown[1].strip() in [name.strip() for name in ours] else ("unknown", unknown[1], ours)
        )
    if status != 0:
        if refused(text) or ON_THE_MACHINE.search(output) or ("recursive logic" in output and nests(text)):
            return None
        return ("refused", output[-200:])
    conditional = any(option.condition for option in options)
    if refused(text):
        # Nobody can tell what holds in a block whose condition does not.
        return None if conditional else ("accepted", refused(text))
    theirs = shown(output)
    if conditional or any("%" in option.value for option in options) or theirs is None:
        return None
    read = [(option.name, option.value) for option in options if option.name not in END]
    return None if read == theirs else ("read", read, theirs)


@pytest.mark.parametrize("text", SEEDS)
def test_the_seeds_are_valid(tmp_path, text):
    status, output = asked(tmp_path, 0, text)
    assert status == 0, output
    assert "unknown config directive" not in output
    assert not refused(text)


def test_uwsgi_refuses_what_we_refuse(tmp_path):
    texts = [text for text in mutants(SEEDS, WORDS, COUNT, seed=31) if not acts(text)]
    assert len(texts) > COUNT * 0.8
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda pair: asked(tmp_path, *pair), enumerate(texts)))
    differing = [
        (difference, text)
        for text, answer in zip(texts, answers, strict=True)
        if (difference := differs(text, *answer)) is not None
    ]
    told = "\n".join(map(str, (difference for difference, _ in differing)))
    sys.stdout.write(f"{len(differing)} of {len(texts)} differ\n{told}")
    assert len(differing) <= len(texts) // 100
