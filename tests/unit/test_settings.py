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
baseline = "known/baseline.json"
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
        baseline="known/baseline.json",
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
        ("selct = []", "1:1: unknown key 'selct'; did you mean 'select'?"),
        ("per_file_ignores = {}", "1:1: unknown key 'per_file_ignores'; did you mean 'per-file-ignores'?"),
        ("base = 'x'", "1:1: unknown key 'base'; known are baseline, deployment, "),
        ("\n# why\nselect = 'nginx'", "3:10: select must be a list of strings"),
        ("select = [\n  'nginx',\n  1,\n]", "3:3: select must be a list of strings"),
        ("exclude = ['a', '!']", "1:17: exclude must be a list of patterns as in .gitignore, not '!'"),
        ("exclude = ['[a']", "1:12: exclude must be a list of patterns as in .gitignore, not '[a'"),
        ("exclude = [['a']]", "1:12: exclude must be a list of strings"),
        ("pedantic = 'yes'", "1:12: pedantic must be true or false"),
        ("fail-on = 'info'", "1:11: fail-on must be one of error, warning, note, never"),
        ("fail-on = []", "1:11: fail-on must be one of"),
        ("severity = []", "1:12: severity must be a table"),
        ("severity = { a = 1 }", "1:18: severity.a must be one of error, warning, note"),
        ("[severity]\na = 'note'\nb = 'bad'", "3:5: severity.b must be one of error, warning, note"),
        ("per-file-ignores = { a = 'x' }", "1:26: per-file-ignores.a must be a list of strings"),
        ("[target]\nnginx = 1.24", "2:9: target.nginx must be a string"),
        ("target.nginx = 'new'", "1:16: target.nginx must be a version such as 1.24, not 'new'"),
        ("target = { nginx = '1٢' }", "1:20: target.nginx must be a version such as 1.24"),
        (f"target.nginx = '{'9' * 5000}'", "1:16: target.nginx must be a version such as 1.24"),
        ("target = { ngnix = '1' }", "1:12: unknown name 'ngnix' in target; did you mean 'nginx'?"),
        ("baseline = '/etc/passwd'", "1:12: baseline must be a path below the folder of the settings"),
        ("baseline = 'a/../../b'", "1:12: baseline must be a path below the folder of the settings"),
        ("baseline = '..'", "1:12: baseline must be a path below the folder of the settings"),
        ("baseline = ''", "1:12: baseline must be a path below the folder of the settings"),
        ("deployment = {}", "1:14: write [[deployment]] for each deployment"),
        ("deployment = [1]", "1:15: deployment must be a table"),
        ("[[deployment]]\nname = 'a'\n[[deployment]]", "3:1: every deployment needs a name"),
        (
            "[[deployment]]\nname = 'a'\n\n[[deployment]]\nname = 'b'\npath = '.'",
            "6:1: unknown key 'path' in deployment; known are files, host-paths, name",
        ),
        ("deployment = [{ name = 'a', files = 'x' }]", "1:37: deployment.files must be a list of strings"),
        ("deployment = [{ name = 'a', host-paths = 1 }]", "1:42: deployment.host-paths must be a table"),
        ("a = " + "[" * 5000, ""),
        ("a = " + "9" * 5000, ""),
        ("select = [", " Invalid value (at end of document)"),
        ("\n a = = 1", "2:6: Invalid value"),
        ("\0", "1:1: Invalid statement"),
    ],
    ids=lambda value: value[:30],
)
def test_refused(here, text, message):
    (here / "deploylint.toml").write_text(text)
    with pytest.raises(SettingsError) as raised:
        load("deploylint.toml")
    assert str(raised.value).startswith(f"deploylint.toml:{message}")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("deploylint.toml", b"\xff", ": cannot be read: it is not UTF-8"),
        ("pyproject.toml", b"tool = 1", ": tool must be a table"),
        ("pyproject.toml", b"[tool]\ndeploylint = 1", ":2:14: the settings must be a table"),
        (
            "pyproject.toml",
            b"[tool.deploylint]\nselct = 1",
            ":2:1: unknown key 'selct'; did you mean 'select'?",
        ),
        ("pyproject.toml", b"tool.deploylint.severity = 1", ":1:28: severity must be a table"),
    ],
)
def test_refused_files(here, name, content, message):
    (here / name).write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        load(name)
    assert str(raised.value) == f"{name}{message}"


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
