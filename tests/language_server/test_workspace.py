"""Which changes on the disk are worth a look."""

import pytest
from deploylint.language_server.addresses import path_of, uri_of
from deploylint.language_server.workspace import Workspace

UNIT = "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/venv/bin/gunicorn app:app\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "app.service").write_text(UNIT)
    (tmp_path / "app.py").write_text("app = None\n")
    workspace = Workspace()
    workspace.set_folders([uri_of(str(tmp_path))])
    for folder in workspace.folders:
        folder.outcome()
    return workspace, tmp_path


CHANGES = {
    # path, whether it is new or gone: whether it matters
    ("app.service", False): True,
    ("app.py", False): True,
    ("deploylint.toml", False): True,
    ("deploylint.toml", True): True,
    (".gitignore", False): True,
    ("site.conf", False): True,
    ("notes.txt", False): False,
    ("notes.txt", True): True,
    ("logs/access.log", False): False,
    ("build/app.service", True): False,
    (".git/index", False): False,
    (".venv/lib/x.service", True): False,
}


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_counts_where_somebody_reads_the_file(project, change):
    workspace, folder = project
    path, is_new_or_gone = change
    assert workspace.changed_on_disk([(uri_of(str(folder / path)), is_new_or_gone)]) is CHANGES[change]


def test_what_is_open_is_not_read_again(project):
    workspace, folder = project
    address = uri_of(str(folder / "app.service"))
    workspace.open(address, 1, UNIT)
    assert not workspace.changed_on_disk([(address, False)])
    workspace.close(address)
    assert workspace.changed_on_disk([(address, False)])


def test_what_is_outside_does_not_count(project):
    workspace, folder = project
    assert not workspace.changed_on_disk(
        [(uri_of(str(folder.parent / "x.service")), True), ("untitled:x", True)]
    )


@pytest.mark.parametrize("path", ["/srv/a b/ä#?%41.service", "/x/web@.service", "/x/\udcff.conf"])
def test_addresses_and_paths(path):
    assert path_of(uri_of(path)) == path


def test_addresses_that_name_no_file():
    for address in (
        "untitled:Untitled-1",
        "git:/x",
        "file://server/share/x",
        "file:///a%00b",
        "file:relative",
        "x",
    ):
        assert path_of(address) is None
