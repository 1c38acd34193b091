"""Console sessions: `tests/cli/*.md`, one folder per `##` section, and the tutorials of `docs/`, one folder each.

A fence with a title is a file. A `console` fence holds commands after `$ `, which a shell runs in the
folder with the installed program, and what they print: standard error after `! `, an exit status
other than 0 in brackets at the end. A line `...` stands for any number of lines, `...` inside a line
for any text. `DEPLOYLINT_SESSIONS=write` puts what is printed now into the file, for review.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from deploylint.documentation import fenced_files

FOLDER = Path(__file__).parent
DOCS = FOLDER.parents[1] / "docs"
TUTORIALS = ["baseline", "custom-rules", "fixes", "settings", "tutorial"]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENVIRONMENT = {
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "TERM": "dumb",
}


def sections(text):
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


CASES = [
    (path, title)
    for path in sorted(FOLDER.glob("*.md"))
    for title, _ in sections(path.read_text(encoding="utf-8"))
] + [(DOCS / f"{name}.md", None) for name in TUTORIALS]


def steps(fence):
    """(command, expected output) for each `$ ` line."""
    parts = re.split(r"^\$ (.*)\n", fence, flags=re.MULTILINE)
    assert not parts[0], "a console fence starts with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def run(command, folder):
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    out = done.stdout.decode("utf-8", "backslashreplace")
    errors = done.stderr.decode("utf-8", "backslashreplace").split("\n")[:-1]
    err = "".join(f"! {line}".rstrip() + "\n" for line in errors)
    status = f"[{done.returncode}]\n" if done.returncode else ""
    return out + err + status


def matches(expected, got):
    """Whether an output is the expected one, `...` standing for anything."""
    lines = [
        r"(?:.*\n)*?" if line == "...\n" else re.escape(line).replace(r"\.\.\.", ".*?")
        for line in expected.splitlines(keepends=True)
    ]
    return re.fullmatch("".join(lines), got) is not None


def put_files(body, folder):
    for source in fenced_files(re.sub(CONSOLE, "", body)):
        path = folder / source.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.text.encode())


@pytest.mark.parametrize(("path", "title"), CASES, ids=[f"{path.stem}: {title}" for path, title in CASES])
def test_session(path, title, tmp_path):
    text = path.read_text(encoding="utf-8")
    body = dict(sections(text))[title] if title else text
    put_files(body, tmp_path)
    fences = CONSOLE.findall(body)
    assert fences, "the section shows no command"
    for fence in fences:
        printed = [(command, expected, run(command, tmp_path)) for command, expected in steps(fence)]
        if os.environ.get("DEPLOYLINT_SESSIONS") == "write":
            _write(path, fence, printed)
            continue
        for command, expected, got in printed:
            if not matches(expected, got):
                assert f"$ {command}\n{got}" == f"$ {command}\n{expected}"


def _write(path, fence, printed):
    shown = "".join(
        f"$ {command}\n{expected if matches(expected, got) and expected else got}"
        for command, expected, got in printed
    )
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"```console\n{fence}```", f"```console\n{shown}```", 1), encoding="utf-8")


def test_no_title_twice():
    assert len(set(CASES)) == len(CASES)


@pytest.mark.parametrize(
    ("expected", "got", "fits"),
    [
        ("a\n", "a\n", True),
        ("a\n", "b\n", False),
        ("a\n...\n", "a\nb\nc\n", True),
        ("a\n...\n", "a\n", True),
        ("a ... c\n", "a b c\n", True),
        ("a ... c\n", "a b\n c\n", False),
        ("", "a\n", False),
        ("[1]\n", "[2]\n", False),
    ],
)
def test_dots_stand_for_anything(expected, got, fits):
    assert matches(expected, got) is fits
