"""What is kept between keystrokes changes no answer: the findings are those of a first look at the same texts."""

import random
import shutil
from pathlib import Path

import pytest
from deploylint.language_server.addresses import uri_of
from deploylint.language_server.workspace import Workspace

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
EDITS = 14


def told(folder):
    report = folder.outcome().report
    found = [
        (d.at.path, d.at.span, d.rule, d.finding.message, len(d.finding.related)) for d in report.diagnostics
    ]
    return found, [(problem.path, problem.message) for problem in report.problems]


def folder_of(workspace):
    (folder,) = workspace.folders
    return folder


def edited(chance, text):
    """A text with a small change: a line gone, twice, or with another number in it."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines[at] = lines[at].replace("80", "81").replace("shop", "ship").replace("app", "apq")
        case _:
            lines.insert(at, chance.choice(["# x", "", "include other.conf;", "server { listen 80; }"]))
    return "\n".join(lines)


@pytest.mark.parametrize("name", ["flask-supervisor", "compose-shop", "django-sockets"])
def test_findings_after_edits_are_those_of_a_first_look(name, tmp_path):
    shutil.copytree(PROJECTS / name, tmp_path / name)
    chance = random.Random(name)
    paths = [path for path in sorted((tmp_path / name).rglob("*")) if path.is_file()]
    workspace = Workspace()
    workspace.set_folders([uri_of(str(tmp_path / name))])
    told(folder_of(workspace))
    texts = {}
    for version in range(EDITS):
        path = chance.choice(paths)
        address = uri_of(str(path))
        texts[address] = edited(chance, texts.get(address, path.read_text()))
        if workspace.file(address) is None:
            workspace.open(address, version, texts[address])
        else:
            workspace.change(address, version, texts[address])
        anew = Workspace()
        anew.set_folders([uri_of(str(tmp_path / name))])
        for other, text in texts.items():
            anew.open(other, 0, text)
        assert told(folder_of(workspace)) == told(folder_of(anew)), f"after a change of {path.name}"
    for address in list(texts):
        workspace.close(address)
    anew = Workspace()
    anew.set_folders([uri_of(str(tmp_path / name))])
    assert told(folder_of(workspace)) == told(folder_of(anew))
