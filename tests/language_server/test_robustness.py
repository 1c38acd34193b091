"""A server outlives its client's mistakes, and does not outlive its client."""

import json
import os
import subprocess
import sys

import pytest
from language_server.client import PROGRAM, Client, uri

UNIT = "[Service]\nExecStart=/bin/true\nUsre=x\n"


def framed(body):
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


GARBAGE = {
    "no json": framed(b"{{{"),
    "no object": framed(b"[1, 2]"),
    "a number": framed(b"42"),
    "no header": b"hello\r\nworld\r\n",
    "bytes": framed(b"\xff\xfe\x00\x01"),
    "an unknown method": framed(b'{"jsonrpc":"2.0","method":"no/such","params":{}}'),
    "an unknown request": framed(b'{"jsonrpc":"2.0","id":77,"method":"no/such"}'),
    "wrong parameters": framed(b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"x":1}}'),
    "a change of a file that is not open": framed(
        json.dumps(
            {
                "jsonrpc": "2.0",
                "method": "textDocument/didChange",
                "params": {
                    "textDocument": {"uri": "file:///nowhere/x.service", "version": 3},
                    "contentChanges": [{"text": "a"}],
                },
            }
        ).encode()
    ),
    "an address that is none": framed(
        json.dumps(
            {
                "jsonrpc": "2.0",
                "method": "textDocument/didOpen",
                "params": {
                    "textDocument": {"uri": "file://[::1/%00", "languageId": "x", "version": 1, "text": UNIT}
                },
            }
        ).encode()
    ),
    "deep": framed(b"[" * 100_000),
    "an answer to nothing": framed(b'{"jsonrpc":"2.0","id":"zz","result":null}'),
}


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    with Client() as client:
        client.initialize(folder)
        yield client, folder


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_answered_or_passed_over_and_work_goes_on(session, name):
    client, folder = session
    client.raw(GARBAGE[name])
    path = folder / f"{name.replace(' ', '-')}.service"
    client.open(path, UNIT)
    assert [d["code"] for d in client.published(path, 1)] != []
    assert client.said("showMessage") == []


def test_a_request_before_initialize_is_refused():
    with Client() as client:
        parameters = {"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}}
        assert client.answer("textDocument/hover", parameters)["error"]["code"] == -32002
        client.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": "file:///x.service", "languageId": "x", "version": 1, "text": UNIT}},
        )
        client.initialize()
        assert client.leave() == 0


def test_what_comes_after_shutdown_and_a_second_initialize_are_refused(tmp_path):
    with Client() as client:
        client.initialize(tmp_path)
        again = client.answer("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        assert again["error"]["code"] == -32600
        client.open(tmp_path / "a.service", UNIT)
        assert client.published(tmp_path / "a.service", 1) != []
        client.request("shutdown")
        late = client.answer(
            "textDocument/hover",
            {"textDocument": {"uri": uri(tmp_path / "a.service")}, "position": {"line": 1, "character": 1}},
        )
        assert late["error"]["code"] == -32600
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri(tmp_path / "a.service")}})
        client.send({"method": "exit"})
        assert client.ended() == (0, "")


def test_a_cancelled_request_is_answered_all_the_same_and_the_next_one_too(tmp_path):
    """Answers are quick, so none is cut short; the protocol wants one for every request."""
    with Client() as client:
        client.initialize(tmp_path)
        client.open(tmp_path / "a.service", UNIT)
        client.number += 1
        at = {"textDocument": {"uri": uri(tmp_path / "a.service")}, "position": {"line": 1, "character": 1}}
        client.send({"id": client.number, "method": "textDocument/hover", "params": at})
        client.notify("$/cancelRequest", {"id": client.number})
        client.notify("$/cancelRequest", {"id": 12345})
        answered = client.until(lambda message: message.get("id") == client.number)
        assert "result" in answered or answered["error"]["code"] == -32800
        assert client.request("textDocument/hover", at) is not None


def test_a_buffer_that_is_no_file_is_left_alone(session):
    client, _ = session
    untitled = {"uri": "untitled:Untitled-1"}
    client.notify(
        "textDocument/didOpen",
        {"textDocument": {**untitled, "languageId": "systemd", "version": 1, "text": UNIT}},
    )
    start = {"line": 1, "character": 1}
    assert client.request("textDocument/hover", {"textDocument": untitled, "position": start}) is None
    assert client.request("textDocument/definition", {"textDocument": untitled, "position": start}) is None
    actions = {
        "textDocument": untitled,
        "range": {"start": start, "end": start},
        "context": {"diagnostics": []},
    }
    assert client.request("textDocument/codeAction", actions) is None
    change = {"textDocument": {**untitled, "version": 2}, "contentChanges": [{"text": "x"}]}
    client.notify("textDocument/didChange", change)
    client.notify("textDocument/didClose", {"textDocument": untitled})
    assert client.said("showMessage") == []


def test_shutdown_and_exit_end_with_0_and_exit_alone_with_a_failure():
    with Client() as client:
        client.initialize()
        assert client.leave() == 0
    with Client() as client:
        client.initialize()
        client.send({"method": "exit"})
        status, said = client.ended()
        assert status == 1
        assert "Traceback" not in said


def test_a_client_that_goes_away_ends_the_server():
    with Client() as client:
        client.initialize()
        client.process.stdin.close()
        status, said = client.ended()
        assert status == 1
        assert "Traceback" not in said


def test_a_client_that_no_longer_listens_ends_the_server(tmp_path):
    server = subprocess.Popen(
        [PROGRAM, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        server.stdout.close()
        parameters = {"processId": None, "rootUri": uri(tmp_path), "capabilities": {}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}
        server.stdin.write(framed(json.dumps(message).encode()))
        server.stdin.flush()
        assert server.wait(timeout=60) == 2
        assert b"Traceback" not in server.stderr.read()
    finally:
        server.kill()
        server.wait()
        server.stdin.close()
        server.stderr.close()


def test_a_length_that_no_machine_has_ends_in_one_line():
    with Client() as client:
        client.initialize()
        client.raw(b"Content-Length: 99999999999999\r\n\r\n{}")
        client.process.stdin.close()
        status, said = client.ended()
        assert status == 2
        assert "Traceback" not in said


def test_whoever_prints_does_not_break_the_protocol(tmp_path):
    """A rule of a pack prints: the text goes to standard error."""
    pack = tmp_path / "site" / "printing_pack"
    (pack / "systemd").mkdir(parents=True)
    (pack / "__init__.py").write_text("")
    (pack / "systemd" / "systemd_printing.py").write_text(
        "from deploylint import Findings, Severity, rule\n"
        "from deploylint.formats.systemd import Section\n"
        "@rule(Severity.ERROR)\n"
        "def systemd_printing(section: Section) -> Findings:\n"
        '    """Print."""\n'
        '    print("hello from a rule", flush=True)\n'
        "    yield from ()\n"
    )
    info = tmp_path / "site" / "printing_pack-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[deploylint.rules]\nprinting = printing_pack\n")
    folder = tmp_path / "project"
    folder.mkdir()
    with Client(environment={**os.environ, "PYTHONPATH": str(tmp_path / "site")}) as client:
        client.initialize(folder)
        client.open(folder / "a.service", UNIT)
        assert client.published(folder / "a.service", 1)
        client.request("shutdown")
        client.send({"method": "exit"})
        assert client.ended() == (0, "hello from a rule\n")


def test_nothing_of_the_workspace_is_run_or_imported(tmp_path):
    mark = tmp_path / "ran"
    code = f"open({str(mark)!r}, 'w').write('x')\n"
    for name in ("gunicorn.conf.py", "app.py", "deploylint.py", "pygls.py", "sitecustomize.py", "asyncio.py"):
        (tmp_path / name).write_text(code)
    (tmp_path / "a.service").write_text(
        "[Service]\nExecStart=/venv/bin/gunicorn -c gunicorn.conf.py app:app\n"
    )
    with Client(cwd=tmp_path) as client:
        client.initialize(tmp_path)
        client.open(tmp_path / "a.service", (tmp_path / "a.service").read_text())
        client.published(tmp_path / "a.service", 1)
        client.at("definition", tmp_path / "a.service", (1, 60))
        assert client.leave() == 0
    assert not mark.exists()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.conf").write_text("server { lisen 80; }\n")
    (folder / "link.conf").symlink_to(outside / "secret.conf")
    (folder / "nginx.conf").write_text("events {}\nhttp {\n    include link.conf;\n    lisen 1;\n}\n")
    with Client() as client:
        client.initialize(folder)
        assert [d["range"]["start"]["line"] for d in client.published(folder / "nginx.conf")] == [3]
        client.open(folder / "nginx.conf", (folder / "nginx.conf").read_text())
        assert client.at("definition", folder / "nginx.conf", (2, 16)) == []
        assert set(client.diagnostics) == {uri(folder / "nginx.conf")}


def test_a_folder_that_is_gone_breaks_nothing(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with Client() as client:
        client.initialize(folder)
        client.open(folder / "a.service", UNIT)
        assert client.published(folder / "a.service", 1)
        folder.rmdir()
        client.notify(
            "workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(folder / "a.service"), "type": 3}]}
        )
        client.until(lambda message: message.get("method") == "window/logMessage")
        folder.mkdir()
        client.change(folder / "a.service", UNIT.replace("Usre", "User"), 2)
        client.published(folder / "a.service", 2)
        assert client.leave() == 0


def test_without_the_extra_the_command_says_how_to_install_it():
    script = (
        "import sys\nsys.modules['pygls'] = None\nfrom deploylint.cli import run\nsys.exit(run(['lsp']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "deploylint: the language server needs pygls; install it with: pip install 'deploylint[lsp]'\n"
    )


def test_the_engine_needs_no_pygls_and_a_plain_run_loads_none_of_the_server(tmp_path):
    (tmp_path / "a.service").write_text(UNIT)
    script = (
        "import sys\nfrom deploylint.cli import run\nrun(['--isolated', 'a.service'])\n"
        "print(*[m for m in sys.modules if 'pygls' in m or 'lsprotocol' in m or 'language_server' in m or m == 'asyncio'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == ""
