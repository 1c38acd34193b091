"""Code actions: fixes, all safe fixes, and comments that silence."""

import pytest
from language_server.client import Client, applied, uri

SUPERVISOR = "[program:shop]\ncommand=/srv/shop/run\nstopwaittimeout=60\nautorestrat=true\n"


def edits(action, path):
    """The text edits of an action for a file, and the version they are for."""
    (change,) = [c for c in action["edit"]["documentChanges"] if c["textDocument"]["uri"] == uri(path)]
    return change["edits"], change["textDocument"]["version"]


def by_title(actions):
    return {action["title"]: action for action in actions}


def finding(client, path, version, rule):
    return next(d for d in client.published(path, version) if d["code"] == rule)


def test_a_safe_fix_is_preferred_and_makes_its_finding_go(tmp_path):
    conf = tmp_path / "supervisord.conf"
    with Client() as client:
        client.initialize(tmp_path)
        client.open(conf, SUPERVISOR, version=4)
        found = finding(client, conf, 4, "supervisor-unknown-option")
        actions = by_title(client.actions(conf, found))
        fix = actions["Rename it to stopwaitsecs"]
        assert (fix["kind"], fix["isPreferred"]) == ("quickfix", True)
        assert fix["diagnostics"][0]["code"] == "supervisor-unknown-option"
        changes, version = edits(fix, conf)
        assert version == 4
        mended = applied(SUPERVISOR, changes)
        assert mended == SUPERVISOR.replace("stopwaittimeout", "stopwaitsecs")
        client.change(conf, mended, 5)
        assert all(d["range"] != found["range"] for d in client.published(conf, 5))


def test_an_unsafe_fix_says_so_and_is_not_preferred(tmp_path):
    unit = tmp_path / "shop.service"
    text = "[Service]\nExecStart=/srv/shop/run\nStandardOutput=file:/var/log/shop.log\n"
    with Client() as client:
        client.initialize(tmp_path)
        client.open(unit, text)
        found = finding(client, unit, 1, "systemd-log-overwritten")
        fix = by_title(client.actions(unit, found))["Write append: (unsafe: it changes what works)"]
        assert fix["isPreferred"] is False
        assert applied(text, edits(fix, unit)[0]) == text.replace("file:", "append:")
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        assert client.actions(unit, whole, only=["source.fixAll"]) == []


def test_all_safe_fixes_of_a_file_at_once_when_the_action_is_chosen(tmp_path):
    conf, other = tmp_path / "supervisord.conf", tmp_path / "other.service"
    other.write_text("[Service]\nExecStart=/bin/true\nResart=always\n")
    with Client() as client:
        client.initialize(tmp_path)
        client.open(conf, SUPERVISOR)
        client.published(conf, 1)
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        (action,) = client.actions(conf, whole, only=["source.fixAll.deploylint"])
        assert action["kind"] == "source.fixAll.deploylint"
        assert "edit" not in action
        resolved = client.request("codeAction/resolve", action)
        assert len(resolved["edit"]["documentChanges"]) == 1
        changes, _ = edits(resolved, conf)
        assert applied(SUPERVISOR, changes) == SUPERVISOR.replace("stopwaittimeout", "stopwaitsecs").replace(
            "autorestrat", "autorestart"
        )
        assert [a["kind"] for a in client.actions(conf, whole, only=["source.fixAll"])] == [action["kind"]]
        assert client.actions(conf, whole, only=["source.organizeImports"]) == []
        assert all(a["kind"] == "quickfix" for a in client.actions(conf, whole, only=["quickfix"]))


def test_a_client_that_resolves_nothing_and_knows_no_versions_gets_plain_changes(tmp_path):
    conf = tmp_path / "supervisord.conf"
    with Client() as client:
        client.initialize(tmp_path, capabilities={})
        client.open(conf, SUPERVISOR)
        client.published(conf, 1)
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        (action,) = client.actions(conf, whole, only=["source.fixAll"])
        mended = applied(SUPERVISOR, action["edit"]["changes"][uri(conf)])
        assert "stopwaitsecs=60\nautorestart=true" in mended


CASES = {
    "nginx.conf": (
        "events {}\nhttp {\n    server {\n        lisen 80;\n    }\n}\n",
        "nginx-unknown-directive",
        "        # deploylint: ignore[nginx-unknown-directive]\n        lisen 80;",
    ),
    "web.service": (
        "[Service]\nExecStart=/bin/a \\\n  -b\nUsre=x\n",
        "systemd-unknown-key",
        "-b\n# deploylint: ignore[systemd-unknown-key]\nUsre=x",
    ),
    "compose.yaml": (
        "services:\n  web:\n    image: nginx:1.27\n    imgae: x\n",
        "compose-unknown-key",
        "    # deploylint: ignore[compose-unknown-key]\n    imgae: x",
    ),
    "gunicorn.conf.py": (
        'bind = "127.0.0.1:8000"\nworker = 4\n',
        "gunicorn-unknown-setting",
        "# deploylint: ignore[gunicorn-unknown-setting]\nworker = 4",
    ),
    "uwsgi.ini": (
        "[uwsgi]\nmodule = a:b\nprocesess = 4\n",
        "uwsgi-unknown-option",
        "# deploylint: ignore[uwsgi-unknown-option]\nprocesess = 4",
    ),
    "uwsgi.xml": (
        "<uwsgi>\n  <module>a:b</module>\n  <procesess>4</procesess>\n</uwsgi>\n",
        "uwsgi-unknown-option",
        "  <!-- deploylint: ignore[uwsgi-unknown-option] -->\n  <procesess>",
    ),
}


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    with Client() as client:
        client.initialize(folder)
        yield client, folder


@pytest.mark.parametrize("name", CASES)
def test_a_comment_silences_a_finding_where_it_is(session, name):
    client, folder = session
    text, rule, expected = CASES[name]
    path = folder / name.replace(".", "-", 1) / name
    path.parent.mkdir()
    client.open(path, text)
    found = finding(client, path, 1, rule)
    action = by_title(client.actions(path, found))[f"Ignore {rule} here"]
    assert action["isPreferred"] is False
    silenced = applied(text, edits(action, path)[0])
    assert expected in silenced
    client.change(path, silenced, 2)
    assert rule not in [d["code"] for d in client.published(path, 2)]


def test_a_finding_in_a_continued_line_is_silenced_above_its_statement(session):
    client, folder = session
    path = folder / "continued.service"
    text = "[Service]\nExecStart=/usr/bin/gunicorn app:app \\\n    --worker 4\n"
    client.open(path, text)
    found = client.published(path, 1)
    inner = next(d for d in found if d["range"]["start"]["line"] == 2)
    action = by_title(client.actions(path, inner))[f"Ignore {inner['code']} here"]
    silenced = applied(text, edits(action, path)[0])
    assert silenced.startswith("[Service]\n# deploylint: ignore[")
    client.change(path, silenced, 2)
    assert inner["code"] not in [d["code"] for d in client.published(path, 2)]


def test_a_second_rule_joins_the_comment_that_is_there(session):
    client, folder = session
    path = folder / "second.conf"
    text = (
        "server {\n    listen 80;\n    # deploylint: ignore[nginx-autoindex-on] a mirror\n    lisen 81;\n}\n"
    )
    client.open(path, text)
    found = finding(client, path, 1, "nginx-unknown-directive")
    action = by_title(client.actions(path, found))["Ignore nginx-unknown-directive here"]
    silenced = applied(text, edits(action, path)[0])
    assert "ignore[nginx-autoindex-on, nginx-unknown-directive] a mirror" in silenced
    client.change(path, silenced, 2)
    assert "nginx-unknown-directive" not in [d["code"] for d in client.published(path, 2)]


def test_nothing_silences_the_findings_about_comments(session):
    client, folder = session
    path = folder / "comments.service"
    client.open(path, "[Service]\n# deploylint: ignore[systemd-unknown-key] x\nExecStart=/bin/true\n")
    found = finding(client, path, 1, "unused-suppression")
    assert not [a for a in client.actions(path, found) if "unused-suppression here" in a["title"]]
