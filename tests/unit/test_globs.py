"""Patterns mean what they mean to git, and cannot be made to take for ever."""

import subprocess
import time

import pytest
from deploylint.globs import Globs
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

NAME = st.lists(st.sampled_from("ab*?.- \\[]!^#"), min_size=1, max_size=5).map("".join)
PATTERN = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "", "!", "/", "\\"]),
    st.lists(NAME | st.sampled_from(["**", "*", "a", "b", "[a-b]", "[!a]", "[[:alpha:]]*", "a*b*"]), min_size=1, max_size=4),
    st.sampled_from(["", "", "/", "/**", " "]),
)  # fmt: skip
PATHS = [
    "a",
    "b",
    "ab",
    "a/b",
    "a/a",
    "b/a/b",
    "a/b/a/b",
    "aabb",
    "a.b",
    "a-b/a",
    "!a",
    "#a",
    "b/ab.a/b",
    "[a]",
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


@pytest.mark.oracle("git")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PATTERN, min_size=1, max_size=4))
@example(["[z-a]"])
@example(["a", "**", "!*/*"])
@example(["*a*b*", "!/**/ab"])
@example(["a/**/b/**/b", "**/a/**"])
@example(["a\\", "\\#a", "!!a"])
@example(["[]a]b", "[^]b]", "[a\\-b]", "[a-]"])
@example(["\\[a\\]", "a ", "b\\ "])
@example(["a", "!a"] * 40)
@example([*(["a", "!a"] * 40), "!*/b", "ab", "b/", "!/b"])
@example([*(["!*b", "b"] * 17), "a/*", *(["!a/b", "/a", "!b"] * 11)])
def test_as_git(repository, patterns):
    (repository / ".gitignore").write_text("\n".join(patterns) + "\n", encoding="utf-8")
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=repository,
        input="\0".join(PATHS).encode(),
        capture_output=True,
        check=False,
    )
    globs = Globs(patterns)
    assert [path for path in PATHS if globs.within(path)] == done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 40 + "b", "a" * 5000),
        ("**/a/" * 40 + "b", "a/" * 2500),
        ("*" * 5000 + "b", "a" * 5000),
        ("a*" * 30 + "/" + "a*" * 30 + "b", "a" * 2000 + "/" + "a" * 2000),
        ("[" * 5000, "a" * 5000),
        ("**/" * 2000, "a/" * 2000 + "b"),
    ],
)
def test_no_pattern_takes_long(pattern, path):
    start = time.process_time()
    Globs([pattern])(path)
    assert time.process_time() - start < 2


def test_the_last_pattern_that_matches_decides():
    globs = Globs(["*.conf", "!a.conf", "/x/a.conf", "# b", "", "/", "!"])
    assert [globs(path) for path in ("b.conf", "a.conf", "x/a.conf", "c")] == [True, False, True, None]
