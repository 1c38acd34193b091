"""A small client: it starts the installed program and speaks the protocol over its pipes."""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

PROGRAM = Path(sys.executable).parent / "deploylint"
PATIENCE = 60
"""Seconds: machines are slow at times, and no test is about that."""

CAPABILITIES = {
    "workspace": {
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceFolders": True,
    },
    "textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}}},
}


class Client:
    """One session. Every message of the server is checked for its form and kept."""

    def __init__(self, *, cwd="/", environment=None, arguments=()):
        self.process = subprocess.Popen(
            [PROGRAM, "lsp", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=environment or os.environ,
        )
        self.messages = queue.Queue()
        self.kept = []
        self.diagnostics = {}
        self.number = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()

    def _read(self):
        try:
            while header := self.process.stdout.readline():
                assert header.startswith(b"Content-"), header
                length = 0
                while header.strip():
                    name, _, value = header.partition(b":")
                    length = int(value) if name == b"Content-Length" else length
                    header = self.process.stdout.readline()
                self.messages.put(json.loads(self.process.stdout.read(length)))
        except Exception as error:  # noqa: BLE001  the test that waits for a message tells what broke
            self.messages.put({"broken": repr(error)})
        self.messages.put(None)

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method, params=None):
        self.send({"method": method, "params": params or {}})

    def request(self, method, params=None):
        """The result; an error of the server fails the test."""
        answer = self.answer(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def answer(self, method, params=None):
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": {} if params is None else params})
        return self.until(lambda message: message.get("id") == number and "method" not in message)

    def until(self, wanted):
        """The next message that is wanted; those before it are kept, and requests of the server answered."""
        while True:
            message = self.messages.get(timeout=PATIENCE)
            assert message is not None, self.ended()
            assert "broken" not in message, message
            self.kept.append(message)
            if "id" in message and "method" in message:
                self.send({"id": message["id"], "result": None})
            if message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]
            if wanted(message):
                return message

    def ended(self):
        """The exit status and what was said on standard error, once the server has gone."""
        self.process.wait(timeout=PATIENCE)
        return self.process.returncode, self.process.stderr.read().decode()

    def initialize(self, *folders, capabilities=CAPABILITIES, **more):
        """Start the session; the result is that of the request."""
        result = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": None,
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": uri(folder), "name": "x"} for folder in folders],
                **more,
            },
        )
        self.notify("initialized")
        return result

    def open(self, path, text, version=1, language="plaintext"):
        item = {"uri": uri(path), "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, path, text, version):
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri(path), "version": version}, "contentChanges": [{"text": text}]},
        )

    def published(self, path, version=None):
        """The findings of a file as they are published next, for a version if one is given."""

        def fits(message):
            params = message.get("params", {})
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri(path)
                and (version is None or params.get("version") == version)
            )

        return self.until(fits)["params"]["diagnostics"]

    def at(self, method, path, position):
        """Ask about a place: `(line, character)`, both from 0."""
        line, character = position
        return self.request(
            f"textDocument/{method}",
            {"textDocument": {"uri": uri(path)}, "position": {"line": line, "character": character}},
        )

    def actions(self, path, diagnostic_or_range, only=None):
        wanted = diagnostic_or_range.get("range", diagnostic_or_range)
        context = {"diagnostics": []} | ({"only": only} if only else {})
        return self.request(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri(path)}, "range": wanted, "context": context},
        )

    def said(self, method):
        """The texts of the messages that the server has sent so far by a method."""
        return [m["params"]["message"] for m in self.kept if m.get("method") == f"window/{method}"]

    def leave(self):
        """Shut down as the protocol wants it; the exit status."""
        self.request("shutdown")
        self.send({"method": "exit"})
        return self.ended()[0]


def uri(path):
    return Path(path).as_uri()


def applied(text, edits):
    """A text after text edits with code points for characters."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(position):
        return starts[position["line"]] + position["character"]

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


def place(text, mark="|"):
    """The text without its mark, and the mark's line and character."""
    before, found, after = text.partition(mark)
    assert found, "no mark"
    return before + after, (before.count("\n"), len(before.rpartition("\n")[2]))
