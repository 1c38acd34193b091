"""Settings files: found, read, and refused when they are not exactly right."""

import os

import pytest
from deploylint.settings import Deployment, Settings, SettingsError, find, load, parse_target
from hypothesis import given
from hypothesis import strategies as st

EVERYTHING = """
select = ["nginx"]
ignore = ["nginx-unknown-directive"]
pedantic = true
fail-on = "error"
exclude = ["vendor/"]

[per-file-ignores]
"*.conf" = ["all"]

[severity]
nginx-unknown-directive = "note"

[target]
nginx = "1.24"

[host-paths]
"/srv/app" = "."

[[deployment]]
name = "web"
files = ["deploy/**"]
host-paths = { "/srv/web" = "web" }
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_everything_that_can_be_set(here):
    (here / "deploylint.toml").write_text(EVERYTHING)
    assert load("deploylint.toml") == Settings(
        select=("nginx",),
        ignore=("nginx-unknown-directive",),
        per_file_ignores={"*.conf": ("all",)},
        severity={"nginx-unknown-directive": "note"},
        pedantic=True,
        fail_on="error",
        exclude=("vendor/",),
        target={"nginx": "1.24"},
        host_paths={"/srv/app": "."},
        deployment=(Deployment("web", ("deploy/**",), {"/srv/web": "web"}),),
        base=str(here),
        origin="deploylint.toml",
    )


def test_the_same_in_pyproject(here):
    tables = EVERYTHING.replace("[[deploy", "[[tool.deploylint.deploy")
    for name in ("per-file-ignores", "severity", "target", "host-paths"):
        tables = tables.replace(f"[{name}]", f"[tool.deploylint.{name}]")
    (here / "pyproject.toml").write_text(f"[project]\nname = 'x'\n[tool.deploylint]\n{tables}")
    (here / "deploylint.toml").write_text(EVERYTHING)
    one, other = load("pyproject.toml"), load("deploylint.toml")
    assert one.origin == "pyproject.toml"
    for name in Settings.__match_args__:
        if name != "origin":
            assert getattr(one, name) == getattr(other, name), name


def test_an_empty_file_sets_nothing(here):
    (here / "deploylint.toml").write_text("")
    assert load("deploylint.toml") == Settings(base=str(here), origin="deploylint.toml")


def test_the_nearest_file_counts_and_nothing_above_the_repository(here):
    (here / "deploylint.toml").write_text("")
    inner = here / "repository" / "deploy"
    inner.mkdir(parents=True)
    assert find("repository/deploy") == "deploylint.toml"
    assert find("repository/deploy/not-there.conf") == "deploylint.toml"
    (here / "repository" / ".git").mkdir()
    assert find("repository/deploy") is None
    (here / "repository" / "pyproject.toml").write_text("[tool.other]\n")
    assert find("repository/deploy") is None
    (here / "repository" / "pyproject.toml").write_text("[tool.deploylint]\n")
    assert find("repository/deploy") == "repository/pyproject.toml"
    (here / "repository" / "deploylint.toml").write_text("")
    assert find("repository/deploy") == "repository/deploylint.toml"
    (inner / "deploylint.toml").write_text("")
    assert find("repository/deploy") == "repository/deploy/deploylint.toml"


def test_what_is_no_regular_file_is_no_settings_file(here):
    os.mkfifo("deploylint.toml")
    (here / "pyproject.toml").mkdir()
    (here / ".git").mkdir()
    assert find(".") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "unknown key 'selct'; did you mean 'select'?"),
        ("per_file_ignores = {}", "unknown key 'per_file_ignores'; did you mean 'per-file-ignores'?"),
        ("base = 'x'", "unknown key 'base'; known are deployment, "),
        ("select = 'nginx'", "select must be a list of strings"),
        ("select = [1]", "select must be a list of strings"),
        ("exclude = [['a']]", "exclude must be a list of strings"),
        ("pedantic = 'yes'", "pedantic must be true or false"),
        ("fail-on = 'info'", "fail-on must be one of error, warning, note, never"),
        ("fail-on = []", "fail-on must be one of"),
        ("severity = []", "severity must be a table"),
        ("severity = { a = 1 }", "the values of severity must be strings"),
        ("severity = { a = 'bad' }", "severity.a must be one of error, warning, note"),
        ("per-file-ignores = { a = 'x' }", "per-file-ignores.a must be a list of strings"),
        ("target = { nginx = 1.24 }", "the values of target must be strings"),
        ("target = { nginx = 'new' }", "target: 'new' is no version of nginx"),
        ("target = { ngnix = '1' }", "target: unknown program 'ngnix'; did you mean 'nginx'?"),
        ("deployment = {}", "write [[deployment]] for each deployment"),
        ("deployment = [1]", "deployment must be a table"),
        ("deployment = [{}]", "every deployment needs a name"),
        ("deployment = [{ name = 'a', path = '.' }]", "unknown key 'path' in deployment"),
        ("deployment = [{ name = 'a', files = 'x' }]", "deployment.files must be a list of strings"),
        ("deployment = [{ name = 'a', host-paths = 1 }]", "deployment.host-paths must be a table"),
        ("a = " + "[" * 5000, ""),
        ("a = " + "9" * 5000, ""),
        ("select = [", "Invalid value"),
        ("\0", "Invalid"),
    ],
    ids=lambda value: value[:30],
)
def test_refused(here, text, message):
    (here / "deploylint.toml").write_text(text)
    with pytest.raises(SettingsError) as raised:
        load("deploylint.toml")
    assert str(raised.value).startswith("deploylint.toml: ")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("deploylint.toml", b"\xff", "cannot be read: it is not UTF-8"),
        ("pyproject.toml", b"tool = 1", "tool must be a table"),
        ("pyproject.toml", b"[tool]\ndeploylint = 1", "the settings must be a table"),
    ],
)
def test_refused_files(here, name, content, message):
    (here / name).write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        load(name)
    assert str(raised.value) == f"{name}: {message}"


def test_missing(here):
    with pytest.raises(SettingsError) as raised:
        load("nowhere.toml")
    assert str(raised.value) == "nowhere.toml: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx=1.24", ("nginx", (1, 24))),
        ("systemd=252", ("systemd", (252,))),
        ("uwsgi=2.0.31", ("uwsgi", (2, 0, 31))),
    ],
)
def test_target(text, expected):
    assert parse_target(text) == expected


@pytest.mark.parametrize(
    "text", ["", "nginx", "nginx=", "nginx=1.", "nginx=.1", "nginx=1.x", "nginx=١", "=1", "nginx=1=2"]
)
def test_no_target(text):
    with pytest.raises(SettingsError):
        parse_target(text)


@given(st.text())
def test_any_target_is_a_version_or_refused(text):
    try:
        _, version = parse_target(text)
    except SettingsError:
        return
    assert version
