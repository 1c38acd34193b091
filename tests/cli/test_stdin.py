"""`--stdin-filename`: a text gives the same findings as the file would, in every format, and shows in every report."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from deploylint import documentation
from deploylint.formats import FORMATS
from deploylint.recognition import recognise
from deploylint.report import FORMATS as REPORTS
from support import all_rules

PROGRAM = Path(sys.executable).parent / "deploylint"


def example(name):
    """A file of the format in which a rule of the format finds something."""
    for rule in all_rules().values():
        sources = documentation.read(rule.documentation).example("Example")
        if rule.subject == name and len(sources) == 1 and recognise(sources[0].path, sources[0].text) == name:
            return sources[0]
    return None


EXAMPLES = {name: source for name in FORMATS if (source := example(name))}


def deploylint(folder, *arguments, text=""):
    return subprocess.run(
        [PROGRAM, "--isolated", "--pedantic", *arguments],
        cwd=folder, input=text, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_there_is_an_example_of_nearly_every_format():
    assert {"nginx", "systemd", "supervisor", "gunicorn", "uwsgi", "compose", "env", "dockerfile"} <= set(
        EXAMPLES
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_as_the_file(name, tmp_path):
    source = EXAMPLES[name]
    (tmp_path / source.path).parent.mkdir(parents=True, exist_ok=True)
    unsaved = deploylint(
        tmp_path, "--output-format", "json", "--stdin-filename", source.path, text=source.text
    )
    (tmp_path / source.path).write_text(source.text, encoding="utf-8")
    saved = deploylint(tmp_path, "--output-format", "json", source.path)
    assert (unsaved.returncode, json.loads(unsaved.stdout)) == (saved.returncode, json.loads(saved.stdout))
    assert json.loads(saved.stdout)["findings"]


def test_it_takes_the_place_of_the_saved_file_among_the_others(tmp_path):
    (tmp_path / "nginx").mkdir()
    site = "server {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8000;\n    }\n}\n"
    (tmp_path / "nginx" / "site.conf").write_text(site)
    unit = "[Service]\nUser=a\nExecStart=/srv/a/bin/gunicorn a:a --bind 127.0.0.1:8000\n"
    (tmp_path / "a.service").write_text(unit)
    select = ("--select", "proxy-target-not-listening", ".")
    assert deploylint(tmp_path, *select).returncode == 0
    done = deploylint(tmp_path, "--stdin-filename", "a.service", *select, text=unit.replace("8000", "8001"))
    assert done.returncode == 1
    assert "nothing listens on 127.0.0.1:8000" in done.stdout


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_names_the_file(report, tmp_path):
    done = deploylint(
        tmp_path,
        "--output-format",
        report,
        "--stdin-filename",
        "deploy/a.service",
        text="[Service]\nUsre=a\n",
    )
    assert done.returncode == 1
    assert "systemd-unknown-key" in done.stdout.replace("\\", "")
    assert "deploy/a.service" in done.stdout.replace("\\", "")
