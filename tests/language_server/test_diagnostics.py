"""Findings as an editor gets them, from the installed program."""

import os
import sys

import pytest
from language_server.client import CAPABILITIES, Client, uri

NGINX = "upstream app {\n    server 127.0.0.1:%d;\n}\nserver {\n    listen 80;\n    location / { proxy_pass http://app; }\n}\n"
UNIT = "[Service]\nExecStart=/srv/app/venv/bin/gunicorn -b 127.0.0.1:8000 app:app\nUser=app\nRestart=always\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "nginx").mkdir()
    (tmp_path / "nginx/site.conf").write_text(NGINX % 8000)
    (tmp_path / "app.service").write_text(UNIT)
    (tmp_path / "app.py").write_text("app = None\n")
    return tmp_path


def rules(diagnostics):
    return [diagnostic["code"] for diagnostic in diagnostics]


def line(diagnostic):
    return diagnostic["range"]["start"]["line"]


def test_an_unsaved_buffer_counts_in_other_files_and_its_findings_go_when_it_is_mended(project):
    site, unit = project / "nginx/site.conf", project / "app.service"
    with Client() as client:
        client.initialize(project)
        client.open(unit, UNIT)
        client.published(unit, 1)
        before = client.diagnostics.get(uri(site), {"diagnostics": []})["diagnostics"]
        assert "proxy-target-not-listening" not in rules(before)

        client.change(unit, UNIT.replace("8000", "8001"), 2)
        found = [d for d in client.published(site) if d["code"] == "proxy-target-not-listening"]
        assert [line(d) for d in found] == [1]
        (finding,) = found
        assert finding["severity"] == 1
        assert finding["source"] == "deploylint"
        assert finding["codeDescription"]["href"].endswith("/proxy_target_not_listening.py")
        assert "nothing listens on 127.0.0.1:8000\nhelp: " in finding["message"]
        (related,) = finding["relatedInformation"]
        assert related["location"]["uri"] == uri(unit)
        assert related["location"]["range"]["start"]["line"] == 1
        assert related["message"] == "app.service listens on 127.0.0.1:8001"

        client.change(unit, UNIT, 3)
        assert "proxy-target-not-listening" not in rules(client.published(site))
        assert "8001" not in unit.read_text()
        assert client.leave() == 0


def test_every_file_with_findings_is_published_whether_open_or_not(project):
    (project / "other.service").write_text("[Service]\nExecStart=/bin/true\nUsre=x\n")
    with Client() as client:
        client.initialize(project)
        assert "systemd-unknown-key" in rules(client.published(project / "other.service"))
        (project / "other.service").unlink()
        client.notify(
            "workspace/didChangeWatchedFiles",
            {"changes": [{"uri": uri(project / "other.service"), "type": 3}]},
        )
        assert client.published(project / "other.service") == []


def test_a_changed_file_on_the_disk_is_read_again_and_one_that_is_closed_too(project):
    unit = project / "app.service"
    with Client() as client:
        client.initialize(project)
        client.open(unit, UNIT.replace("User", "Usre"))
        assert "systemd-unknown-key" in rules(client.published(unit, 1))
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri(unit)}})
        assert "systemd-unknown-key" not in rules(client.published(unit))
        unit.write_text(UNIT.replace("Restart", "Resart"))
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(unit), "type": 2}]})
        assert "systemd-unknown-key" in rules(client.published(unit))
        watched = [m for m in client.kept if m.get("method") == "client/registerCapability"]
        assert watched[0]["params"]["registrations"][0]["method"] == "workspace/didChangeWatchedFiles"


def test_a_new_file_that_is_not_saved_yet_is_part_of_the_project(project):
    new = project / "web.socket"
    with Client() as client:
        client.initialize(project)
        client.open(new, "[Socket]\nListenStraem=80\n")
        assert "systemd-unknown-key" in rules(client.published(new, 1))


def test_notes_are_information_and_old_and_useless_things_are_tagged(tmp_path):
    unit = tmp_path / "a.service"
    text = "[Unit]\nRequiresOverridable=b.service\n[Service]\nExecStart=/bin/true\n# deploylint: ignore[systemd-unknown-key] x\nUser=a\n"
    with Client() as client:
        client.initialize(tmp_path)
        client.open(unit, text)
        found = {d["code"]: d for d in client.published(unit, 1)}
        assert found["systemd-deprecated-setting"]["tags"] == [2]
        assert found["unused-suppression"]["tags"] == [1]
        assert found["systemd-deprecated-setting"]["severity"] in (2, 3)


def test_the_settings_of_the_folder_apply_and_invalid_ones_are_told_without_a_crash(project):
    settings, unit = project / "deploylint.toml", project / "app.service"
    broken = UNIT.replace("User", "Usre")
    settings.write_text('ignore = ["systemd-unknown-key"]\n')
    with Client() as client:
        client.initialize(project)
        client.open(unit, broken)
        assert "systemd-unknown-key" not in rules(client.published(unit, 1))

        settings.write_text('ignroe = ["systemd-unknown-key"]\n')
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(settings), "type": 2}]})
        message = client.until(lambda m: m.get("method") == "window/showMessage")["params"]
        assert (
            message["message"]
            == "deploylint: deploylint.toml:1:1: unknown key 'ignroe'; did you mean 'ignore'?"
        )
        assert message["type"] == 1
        client.change(unit, broken + "#\n", 2)
        assert "systemd-unknown-key" not in rules(client.published(unit, 2))

        settings.write_text('select = ["systemd-unknown-key"]\n')
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(settings), "type": 2}]})
        assert rules(client.published(unit)) == ["systemd-unknown-key"]
        assert len(client.said("showMessage")) == 1


def test_several_folders_each_with_its_own_settings(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a.service").write_text("[Service]\nExecStart=/bin/true\nUsre=x\n")
    (two / "deploylint.toml").write_text('ignore = ["systemd-unknown-key"]\npedantic = false\n')
    with Client() as client:
        client.initialize(one, two)
        client.open(two / "a.service", (two / "a.service").read_text())
        assert "systemd-unknown-key" not in rules(client.published(two / "a.service", 1))
        assert "systemd-unknown-key" in rules(client.diagnostics[uri(one / "a.service")]["diagnostics"])
        client.notify(
            "workspace/didChangeWorkspaceFolders",
            {"event": {"added": [], "removed": [{"uri": uri(one), "name": "one"}]}},
        )
        assert client.published(one / "a.service") == []


def test_a_file_of_no_folder_is_checked_alone_and_nothing_around_it_is_read(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "app.service").write_text(UNIT)
    site = outside / "site.conf"
    text = "server {\n    lisen 80;\n    location / { proxy_pass http://127.0.0.1:8001; }\n}\n"
    with Client() as client:
        client.initialize(inside)
        client.open(site, text)
        assert rules(client.published(site, 1)) == ["nginx-unknown-directive"]
        assert uri(outside / "app.service") not in client.diagnostics


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_positions_count_in_the_units_that_the_client_wants(tmp_path, encoding):
    site = tmp_path / "nginx.conf"
    # One character beyond the basic plane: four bytes, two code units, one code point.
    text = 'events {}\nhttp {\n    add_header A "😀"; lisen 80;\n}\n'
    column = text.split("\n")[2].index("lisen")
    width = {"utf-8": 3, "utf-16": 1, "utf-32": 0}[encoding]
    capabilities = {**CAPABILITIES, "general": {"positionEncodings": [encoding]}}
    with Client() as client:
        result = client.initialize(tmp_path, capabilities=capabilities)
        assert result["capabilities"]["positionEncoding"] == encoding
        client.open(site, text)
        (finding,) = [d for d in client.published(site, 1) if d["code"] == "nginx-unknown-directive"]
        assert finding["range"]["start"] == {"line": 2, "character": column + width}
        hover = client.at("hover", site, (2, 6))
        assert hover["range"]["end"]["character"] == 14
        items = client.at("completion", site, (2, column + width + 3))["items"]
        assert items[0]["textEdit"]["range"]["start"]["character"] == column + width


def test_a_client_that_says_nothing_of_encodings_gets_utf_16(tmp_path):
    with Client() as client:
        result = client.initialize(tmp_path, capabilities={})
        assert result["capabilities"]["positionEncoding"] == "utf-16"


def test_a_crashing_rule_is_logged_and_the_others_go_on(tmp_path):
    pack = tmp_path / "site" / "crashing_pack"
    (pack / "systemd").mkdir(parents=True)
    (pack / "__init__.py").write_text("")
    (pack / "systemd" / "systemd_crashing.py").write_text(
        "from deploylint import Findings, Severity, rule\n"
        "from deploylint.formats.systemd import Section\n"
        "@rule(Severity.ERROR)\n"
        "def systemd_crashing(section: Section) -> Findings:\n"
        '    """Crash."""\n'
        '    raise ValueError("on purpose")\n'
        "    yield\n"
    )
    info = tmp_path / "site" / "crashing_pack-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[deploylint.rules]\ncrashing = crashing_pack\n")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.service").write_text("[Service]\nExecStart=/bin/true\nUsre=x\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    with Client(environment=environment) as client:
        client.initialize(folder)
        assert "systemd-unknown-key" in rules(client.published(folder / "a.service"))
        client.open(folder / "a.service", "[Service]\nExecStart=/bin/true\nUsre=y\n")
        client.published(folder / "a.service", 1)
        client.change(folder / "a.service", "[Service]\nExecStart=/bin/true\nUsre=z\n", 2)
        client.published(folder / "a.service", 2)
        client.request(
            "textDocument/hover",
            {"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}},
        )
        said = [text for text in client.said("logMessage") if "on purpose" in text]
        assert said == ["a.service: internal error in rule systemd-crashing: ValueError: on purpose"]


def test_no_message_shows_a_secret(tmp_path):
    compose = tmp_path / "compose.yaml"
    secret = "hunter2-correct-horse-8731"
    text = f'services:\n  web:\n    image: nginx:1\n    environment:\n      DB_PASSWORD: "{secret}"\n'
    with Client() as client:
        client.initialize(tmp_path)
        client.open(compose, text)
        assert "secret-in-file" in rules(client.published(compose, 1))
        client.actions(compose, {"start": {"line": 0, "character": 0}, "end": {"line": 5, "character": 0}})
        assert secret not in str(client.kept)


def test_a_file_that_a_link_names_is_published_under_the_name_that_the_editor_uses(tmp_path):
    (tmp_path / "sites-available").mkdir()
    (tmp_path / "sites-enabled").mkdir()
    real, link = tmp_path / "sites-available/x.conf", tmp_path / "sites-enabled/x.conf"
    real.write_text("server {\n    listen 80;\n}\n")
    link.symlink_to("../sites-available/x.conf")
    with Client() as client:
        client.initialize(tmp_path)
        client.open(link, "server {\n    lisen 80;\n}\n")
        assert "nginx-unknown-directive" in rules(client.published(link, 1))


@pytest.mark.skipif(sys.platform == "win32", reason="the protocol's addresses of files")
def test_addresses_are_written_back_as_the_editor_writes_them(tmp_path):
    unit = tmp_path / "web@.service"
    address = uri(unit).replace("%40", "@") if "%40" in uri(unit) else uri(unit).replace("@", "%40")
    with Client() as client:
        client.initialize(tmp_path)
        item = {"uri": address, "languageId": "systemd", "version": 7, "text": "[Service]\nUsre=x\n"}
        client.notify("textDocument/didOpen", {"textDocument": item})
        published = client.until(lambda m: m.get("method") == "textDocument/publishDiagnostics")["params"]
        assert (published["uri"], published["version"]) == (address, 7)


def test_rules_of_ones_own_come_from_the_command_line_only(tmp_path):
    house, project = tmp_path / "house", tmp_path / "project"
    house.mkdir()
    project.mkdir()
    (house / "systemd_house_rule.py").write_text(
        "from deploylint import Finding, Findings, Severity, rule\n"
        "from deploylint.formats.systemd import Section\n"
        "@rule(Severity.ERROR)\n"
        "def systemd_house_rule(section: Section) -> Findings:\n"
        '    """Find every section."""\n'
        '    yield Finding(section.at, "a section")\n'
    )
    (project / "a.service").write_text("[Service]\nExecStart=/bin/true\n")
    with Client(arguments=["--rules", str(house)]) as client:
        client.initialize(project)
        assert "systemd-house-rule" in rules(client.published(project / "a.service"))
