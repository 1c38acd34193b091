"""What the README shows is what deploylint prints."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_findings_shown_are_the_findings_printed():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```console\n\$ deploylint (\S+)\n(.*?)\n\.\.\.\n```", readme, re.DOTALL)
    path, findings = shown
    run = subprocess.run(
        [sys.executable, "-m", "deploylint", "--isolated", path],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 1
    printed = run.stdout.split("\n\n")
    for finding in findings.split("\n\n"):
        assert finding in printed
