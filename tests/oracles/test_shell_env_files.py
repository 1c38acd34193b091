"""Env files against the shell that reads them with `.`."""

import subprocess

import pytest
from deploylint.values.env_file import EnvDialect, parse_env_file

pytestmark = pytest.mark.oracle("sh")


@pytest.mark.parametrize(
    "text",
    [
        "A=1", "A=1 # comment", "A=1#no comment", "A='x y'", 'A="x y" # z', "A=x\\ y", "A='a'\"b\"c", 'A="a\\$b\\"c\\d"', "A=",
        "export A=1 B=2", "A=1 B=2", "A=1; B=2", "A=b c", "A = 1", "A='two\nlines'", "A=one\\\ntwo", "A=x\nA=y", "A=a\\",
        "# A=1\nB=2", "A=x;B=y # z", "A=%h:$", "export A", "A='it'\\''s'", "A=é", 'A="a$"', "A=1\r\nB=2",
    ],
)  # fmt: skip
def test_values(text, tmp_path):
    (tmp_path / "file").write_text(text, encoding="utf-8", newline="")
    script = '. ./file; printf "<%s|%s>" "${A-unset}" "${B-unset}"'
    command = ["/bin/sh", "-c", script]
    run = subprocess.run(command, cwd=tmp_path, env={"PATH": ""}, capture_output=True, check=False)
    values = {"A": "unset", "B": "unset"}
    # A name alone (`export A`) has no value of its own.
    values |= {e.name: e.value for e in parse_env_file(text, EnvDialect.SHELL).entries if e.value is not None}
    assert run.stdout.decode() == f"<{values['A']}|{values['B']}>"
