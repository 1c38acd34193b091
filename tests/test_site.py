"""The manual is built without a warning, and every rule and every symptom has its page."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import all_rules

ROOT = Path(__file__).parents[1]


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))).split())


@pytest.mark.oracle("mkdocs")
def test_site(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    listed = text_of(tmp_path / "rules" / "index.html")
    for rule in all_rules().values():
        page = text_of(tmp_path / "rules" / rule.name / "index.html")
        assert rule.name in listed
        assert f"[{rule.name}]:" in page, "what is printed for its example"
        for symptom in rule.symptoms:
            telling = max(" ".join(symptom.split()).split("*"), key=len).strip(" .:")
            assert telling in page
