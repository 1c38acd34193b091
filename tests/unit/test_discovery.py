"""What is found, what is left alone, and what becomes a problem."""

import os
import subprocess

import pytest
from deploylint import discovery, reading
from deploylint.discovery import DiskTree, discover, display, walk
from deploylint.gitignore import Ignore
from deploylint.reading import TooLargeError, read_text

UNIT = "[Service]\nExecStart=/usr/bin/a\n"


def nothing(_path):
    return False


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(root, *paths, text=UNIT):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def paths(found):
    return [source.path for source, _ in found.sources]


def problems(found):
    return [(problem.path, problem.message) for problem in found.problems]


def refuse(monkeypatch, name, error):
    """Make reading one path fail as the kernel would; root, which runs tests in containers, may read anything."""
    real = os.open

    def opening(path, *arguments, **named):
        if os.fspath(path).endswith(name):
            raise error
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", opening)


@pytest.mark.parametrize("argument", [".", "a.service"])
def test_an_unreadable_file_is_a_problem_named_or_met(here, monkeypatch, argument):
    put(here, "a.service", "b.service")
    refuse(monkeypatch, "a.service", PermissionError(13, "Permission denied"))
    found = discover([argument], nothing)
    assert problems(found) == [("a.service", "cannot be read: Permission denied")]
    assert paths(found) == (["b.service"] if argument == "." else [])


def test_a_file_that_vanishes_while_a_folder_is_read_is_no_problem(here, monkeypatch):
    put(here, "a.service", "b.service")
    refuse(monkeypatch, "a.service", FileNotFoundError(2, "No such file or directory"))
    found = discover(["."], nothing)
    assert (paths(found), problems(found)) == (["b.service"], [])


def test_a_named_file_that_vanishes_is_a_problem(here, monkeypatch):
    put(here, "a.service")
    refuse(monkeypatch, "a.service", FileNotFoundError(2, "No such file or directory"))
    assert problems(discover(["a.service"], nothing)) == [
        ("a.service", "cannot be read: No such file or directory")
    ]


def test_an_unreadable_folder_is_a_problem(here, monkeypatch):
    put(here, "a.service", "closed/b.service")
    real = os.scandir

    def scanning(path):
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scanning)
    found = discover(["."], nothing)
    assert (paths(found), problems(found)) == (
        ["a.service"],
        [("closed", "cannot be read: Permission denied")],
    )


def test_a_file_that_becomes_a_pipe_between_two_looks_does_not_block(here, monkeypatch):
    put(here, "a.service")
    os.mkfifo("pipe")
    regular = (here / "a.service").stat()
    monkeypatch.setattr(os, "stat", lambda *_a, **_k: regular)
    with pytest.raises(OSError, match="not a regular file"):
        read_text("pipe")


def test_a_large_file_is_read_to_its_end_even_if_it_grows_meanwhile(here, monkeypatch):
    text = "# é\n" * 500_000
    (here / "a.service").write_text(text, encoding="utf-8")
    assert read_text("a.service") == text
    opened = reading._opened
    monkeypatch.setattr(reading, "_opened", lambda *at: (opened(*at)[0], opened(*at)[1] - 1_000))
    assert read_text("a.service") == text
    with pytest.raises(TooLargeError):
        read_text("a.service", len(text) + 500_000 - 1)


def test_devices_are_never_opened(monkeypatch):
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
    with pytest.raises(OSError, match="not a regular file"):
        read_text("/dev/null")


def test_pruned_folders_and_environments(here):
    put(here, "a.service", ".git/b.service", "node_modules/x/c.service", "env/d.service", "env/pyvenv.cfg")
    assert paths(discover(["."], nothing)) == ["a.service"]
    assert paths(discover(["env"], nothing)) == ["env/d.service"]


def test_the_real_name_beats_that_of_a_link_that_is_met_first(here):
    put(here, "z.service")
    (here / "a.service").symlink_to("z.service")
    assert paths(discover(["."], nothing)) == ["z.service"]


def test_a_link_to_a_file_that_is_left_out_otherwise_is_followed_inside_the_root(here):
    put(here, "units/web.txt")
    (here / "web.service").symlink_to("units/web.txt")
    assert paths(discover(["."], nothing)) == ["web.service"]


def test_hard_links_are_two_files(here):
    put(here, "a.service")
    os.link("a.service", "b.service")
    assert paths(discover(["."], nothing)) == ["a.service", "b.service"]


def test_the_tree_reads_nothing_outside_its_roots(here):
    put(here, "in/a.service", "out/b.service")
    (here / "in/link.service").symlink_to("../out/b.service")
    (here / "in/inner.service").symlink_to("a.service")
    os.mkfifo("in/pipe.service")
    tree = DiskTree(["in"], nothing)
    assert tree.read("in/a.service").text == UNIT
    assert tree.read("in/inner.service").text == UNIT
    for path in (
        "in/link.service",
        "out/b.service",
        "in/../out/b.service",
        "in",
        "in/nowhere",
        "in/pipe.service",
    ):
        assert tree.read(path) is None, path
    assert tree.read("in/a\0.service") is None
    assert sorted(tree.files) == ["in/a.service", "in/inner.service", "in/link.service", "in/pipe.service"]
    assert list(tree.folders) == ["in"]


def test_the_tree_reads_what_is_short_once(here, monkeypatch):
    """It keeps no more than it says, whatever rules ask for, and nothing of a file that is not there yet."""
    monkeypatch.setattr(discovery, "_MOST_KEPT", 3)
    put(here, *(f"{name}.service" for name in "abcd"))
    (here / "long.service").write_text("#" * (discovery._LONGEST_KEPT + 1))
    tree = DiskTree(["."], nothing)
    first = {name: tree.read(f"{name}.service") for name in "abc"}
    assert all(tree.read(f"{name}.service") is source for name, source in first.items())
    assert tree.read("d.service").text == UNIT
    assert tree.read("a.service") is not first["a"]
    assert tree.read("c.service") is first["c"]
    assert tree.read("long.service") is not tree.read("long.service")
    assert tree.read("none.service") is None
    put(here, "none.service")
    assert tree.read("none.service").text == UNIT


def test_the_tree_names_files_as_discovery_does(here):
    put(here, "sub/a.service", "b.service")
    sources = paths(discover(["."], nothing))
    assert set(sources) == set(DiskTree(["."], nothing).files)
    assert set(DiskTree(["."], nothing).folders) == {".", "sub"}


def test_the_tree_takes_what_discovery_has_listed(here, monkeypatch):
    put(here, "sub/a.service", "b.service", "sub/README", "env/pyvenv.cfg", "env/c.service", ".git/d.service")
    found = discover(["."], nothing, listing=["."])
    walked = DiskTree(["."], nothing)
    assert (sorted(walked.files), sorted(walked.folders)) == (
        ["b.service", "sub/README", "sub/a.service"],
        [".", "sub"],
    )
    monkeypatch.setattr(os, "scandir", lambda _path: pytest.fail("walked again"))
    tree = DiskTree(["."], nothing, listed=found.listed)
    assert (list(tree.files), list(tree.folders)) == (list(walked.files), list(walked.folders))


def test_nothing_is_listed_that_was_not_asked_for(here):
    put(here, "sub/a.service")
    assert discover(["sub"], nothing, listing=["."]).listed == {}


def test_names_are_seen_from_the_working_folder_wherever_it_is(here, monkeypatch):
    put(here, "sub/a.service", "other/b.service", "c.service")
    monkeypatch.chdir(here / "sub")
    assert paths(discover([".."], nothing)) == ["../c.service", "../other/b.service", "a.service"]


def test_display(here):
    assert display(here / "a" / "b.conf") == "a/b.conf"
    assert display(here.parent / "c.conf") == "../c.conf"


def test_deep_folders_are_walked_without_recursion(here):
    deepest = here.joinpath(*["d"] * 600)
    deepest.mkdir(parents=True)
    assert sum(1 for _ in walk(".", nothing, [])) == 601


IGNORE_CASES = {
    "plain": {".gitignore": "secret.conf\n", "files": ["secret.conf", "a/secret.conf", "kept.conf"]},
    "broken": {
        ".gitignore": "!\n[z-a].conf\n\\\nsecret.conf\n",
        "files": ["secret.conf", "a.conf", "!.conf"],
    },
    "anchored": {".gitignore": "/secret.conf\n", "files": ["secret.conf", "a/secret.conf"]},
    "folder": {".gitignore": "build/\n", "files": ["build/a.conf", "a/build/b.conf", "builds/c.conf"]},
    "negated": {".gitignore": "*.conf\n!kept.conf\n", "files": ["a.conf", "kept.conf", "sub/kept.conf"]},
    "nearer wins": {
        ".gitignore": "*.conf\n",
        "sub/.gitignore": "!a.conf\n",
        "files": ["a.conf", "sub/a.conf", "sub/b.conf"],
    },
    "nothing in an ignored folder comes back": {
        ".gitignore": "build/\n!build/a.conf\n",
        "build/.gitignore": "!b.conf\n",
        "files": ["build/a.conf", "build/b.conf"],
    },
    "stars": {
        ".gitignore": "a/**/z.conf\n*.tmp.conf\n",
        "files": ["a/z.conf", "a/b/c/z.conf", "b/z.conf", "x.tmp.conf"],
    },
    "below": {
        "sub/.gitignore": "/a.conf\nb.conf\n",
        "files": ["a.conf", "b.conf", "sub/a.conf", "sub/x/a.conf", "sub/x/b.conf"],
    },
    "escapes": {".gitignore": "\\#a.conf\n# b.conf\n\\!c.conf\n", "files": ["#a.conf", "b.conf", "!c.conf"]},
}


@pytest.mark.parametrize("case", IGNORE_CASES.values(), ids=IGNORE_CASES.keys())
@pytest.mark.oracle("git")
def test_gitignore_means_what_it_means_to_git(here, case):
    subprocess.run(["git", "init", "-q"], check=True)
    for name, text in case.items():
        if name == "files":
            put(here, *text, text="server { listen 80; }\n")
        else:
            put(here, name, text=text)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "*.conf"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert paths(discover(["."], Ignore(["."], (), "."))) == sorted(listed.stdout.splitlines())


def test_gitignore_above_the_linted_folder_counts_up_to_the_repository(here):
    (here / ".git").mkdir()
    put(here, "a/b/c.service")
    put(here, ".gitignore", text="*.service\n")
    assert paths(discover(["a/b"], Ignore(["a/b"], (), "."))) == []


def test_gitignore_above_does_not_count_without_a_repository(here):
    put(here, "a/b/c.service")
    put(here, ".gitignore", text="*.service\n")
    assert paths(discover(["a/b"], Ignore(["a/b"], (), "."))) == ["a/b/c.service"]


def test_a_folder_in_place_of_a_gitignore(here):
    put(here, "a.service", ".gitignore/b.service")
    assert paths(discover(["."], Ignore(["."], (), "."))) == [".gitignore/b.service", "a.service"]


def test_exclude_is_relative_to_the_settings_file(here):
    put(here, "a/x.service", "b/a/x.service", "c.service")
    assert paths(discover(["."], Ignore(["."], ("/a/",), str(here)))) == ["b/a/x.service", "c.service"]
    assert paths(discover(["."], Ignore(["."], ("/a/",), str(here / "b")))) == ["a/x.service", "c.service"]


def test_no_pattern_is_compiled_where_nothing_is_excluded(here, monkeypatch):
    put(here, "a.service")
    monkeypatch.setattr("deploylint.gitignore._globs", lambda _lines: pytest.fail("patterns were read"))
    assert paths(discovery.discover(["."], Ignore(["."], (), "."))) == ["a.service"]
