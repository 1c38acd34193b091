"""The completion scripts, in the shells themselves: a terminal in which somebody presses the tabulator key."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

BIN = str(Path(sys.executable).parent)
ENVIRONMENT = {"PATH": os.pathsep.join([BIN, "/usr/bin", "/bin"]), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
PATIENCE = 60

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(deploylint completion bash)"'),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -Uz compinit && compinit -u -D; bindkey -e; eval "$(deploylint completion zsh)"',
    ),
}

# What is typed before the key, and the line after it.
COMPLETED = [
    ("deploylint expl", "deploylint explain "),
    ("deploylint --output-f", "deploylint --output-format "),
    ("deploylint --output-format conc", "deploylint --output-format concise "),
    ("deploylint check --output-format=conc", "deploylint check --output-format=concise "),
    ("deploylint --report sar", "deploylint --report sarif="),
    ("deploylint --report sarif=onl", "deploylint --report sarif=only.json "),
    ("deploylint --target ngi", "deploylint --target nginx="),
    ("deploylint --select systemd-unknown-k", "deploylint --select systemd-unknown-key"),
    ("deploylint --ignore nginx,systemd-unknown-k", "deploylint --ignore nginx,systemd-unknown-key"),
    ("deploylint explain systemd-unknown-k", "deploylint explain systemd-unknown-key "),
    ("deploylint explain x onl", "deploylint explain x only.json "),
    ("deploylint check onl", "deploylint check only.json "),
    ("deploylint onl", "deploylint only.json "),
    ("deploylint --root fold", "deploylint --root folder/"),
    ("deploylint --baseline onl", "deploylint --baseline only.json "),
    ("deploylint map --output-format merm", "deploylint map --output-format mermaid "),
    ("deploylint completion fi", "deploylint completion fish "),
    ("deploylint settings --sch", "deploylint settings --schema "),
    ("deploylint baseline --pru", "deploylint baseline --prune "),
]


def installed(shell):
    found = subprocess.run(
        ["sh", "-c", f"command -v {shell}"], env=ENVIRONMENT, capture_output=True, check=False
    )
    if found.returncode:
        if os.environ.get("DEPLOYLINT_ORACLES") == "required":
            pytest.fail(f"{shell} is not installed, and DEPLOYLINT_ORACLES=required", pytrace=False)
        pytest.skip(f"{shell} is not installed")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "only.json").write_text("{}")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "two words.conf").write_text("")
    return tmp_path


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, command, folder):
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, {**ENVIRONMENT, "HOME": str(folder), "PS1": "$ "})
        self._seen = ""

    def type(self, text):
        os.write(self._terminal, text.encode())

    def wait_for(self, wanted):
        """Read until a line holds the pattern; the match."""
        end = time.monotonic() + PATIENCE
        while not (found := re.search(wanted, self._seen)):
            assert time.monotonic() < end, self._seen
            if select.select([self._terminal], [], [], 0.5)[0]:
                self._seen += os.read(self._terminal, 65536).decode("utf-8", "replace")
        self._seen = self._seen[found.end() :]
        return found

    def close(self):
        os.close(self._terminal)
        os.waitpid(self._process, 0)


@pytest.fixture
def terminal(request, folder):
    shell = request.param
    installed(shell)
    command, setup = SHELLS[shell]
    opened = Terminal(command, folder)
    opened.type(f"{setup}; echo rea''dy\n")
    opened.wait_for("ready")
    yield opened
    opened.close()


@pytest.mark.parametrize("terminal", SHELLS, indirect=True)
def test_the_key(terminal):
    got = {}
    for typed, _ in COMPLETED:
        terminal.type(f"{typed}\t")
        # To the start of the line, and show what stands there: quoted, so that nothing is run or expanded.
        terminal.type("@\x01echo 'LI''NE<\x05>'\n")
        got[typed] = terminal.wait_for(r"LINE<(.*)@>")[1]
    # zsh writes `=` and `,` where it takes them back when something else follows.
    assert {typed: line.rstrip(" =,") for typed, line in got.items()} == {
        typed: line.rstrip(" =,") for typed, line in COMPLETED
    }


@pytest.fixture
def fish(folder):
    installed("fish")

    def candidates(line):
        """What fish offers, without the descriptions."""
        done = subprocess.run(
            ["fish", "--no-config", "-c", "deploylint completion fish | source; complete -C $argv[1]", line],
            cwd=folder, env={**ENVIRONMENT, "HOME": str(folder)}, capture_output=True, text=True, check=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.stderr == ""
        return [row.partition("\t")[0] for row in done.stdout.splitlines()]

    return candidates


@pytest.mark.parametrize(("typed", "completed"), COMPLETED)
def test_fish(fish, typed, completed):
    assert fish(typed) == [completed.split()[-1]]


def test_fish_offers_commands_first_and_options_of_the_command(fish):
    assert {"check", "map", "settings", "only.json"} <= set(fish("deploylint "))
    assert "check" not in fish("deploylint check ")
    assert "--schema" in fish("deploylint settings --")
    assert "--schema" not in fish("deploylint --")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_of_the_language(shell, folder):
    installed(shell)
    script = subprocess.run(
        ["deploylint", "completion", shell], cwd=folder, env=ENVIRONMENT, capture_output=True, check=True
    ).stdout
    done = subprocess.run([shell, "-n"], input=script, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("shell", ["tcsh", ""])
def test_other_shells(shell):
    done = subprocess.run(
        ["deploylint", "completion", *filter(None, [shell])],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "SHELL" in done.stderr
