"""What is typed arrives: changes of parts of a text, and files that come, go and change their names."""

import random
import re

import pytest
from deploylint.language_server.positions import Positions
from language_server.client import CAPABILITIES, Client, uri
from lsprotocol import types

UNIT = "[Service]\nExecStart=/bin/true\nUsre=x\n"
FILES = {
    "workspace": {
        **CAPABILITIES["workspace"],
        "fileOperations": dict.fromkeys(("didCreate", "didRename", "didDelete"), True),
    }
}
PIECES = ["a", "bc", "😀", "é", "\n", "\r\n", "\r", "\f", "\u2028", "\x85", ""]
WIDTHS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def units(text, encoding):
    return len(text.encode(ENCODINGS[encoding])) // WIDTHS[encoding]


def position(text, offset, encoding):
    """As the specification counts: a line ends with LF, CR LF or CR and nothing else."""
    lines = re.split(r"\r\n|\n|\r", text[:offset])
    if text[offset - 1 : offset + 1] == "\r\n":
        return None
    return types.Position(len(lines) - 1, units(lines[-1], encoding))


def change(chance, text, encoding):
    """A random change of a part of a text, and the text after it."""
    while True:
        start, end = sorted(chance.choices(range(len(text) + 1), k=2))
        places = position(text, start, encoding), position(text, end, encoding)
        if all(places):
            break
    new = "".join(chance.choices(PIECES, k=chance.randrange(4)))
    after = text[:start] + new + text[end:]
    return types.TextDocumentContentChangePartial(types.Range(*places), new), after


@pytest.mark.parametrize("encoding", WIDTHS)
def test_changes_of_parts_are_those_that_the_editor_made(encoding):
    chance = random.Random(encoding)
    positions = Positions(encoding)
    text = "[Service]\n# 😀 é\r\nExecStart=/bin/true\n"
    for _ in range(2000):
        one, between = change(chance, text, encoding)
        two, after = change(chance, between, encoding)
        assert positions.changed(text, [one, two]) == after
        text = after if len(after) < 200 else after[:50]


def test_a_change_behind_the_end_of_a_line_or_of_the_text_is_made_at_the_end():
    positions = Positions("utf-16")
    far = types.Position(0, 99)
    assert (
        positions.changed("a\nb", [types.TextDocumentContentChangePartial(types.Range(far, far), "x")])
        == "ax\nb"
    )
    far = types.Position(99, 99)
    assert (
        positions.changed("a\nb", [types.TextDocumentContentChangePartial(types.Range(far, far), "x")])
        == "a\nbx"
    )


def between(start, end, text):
    return {
        "range": {
            "start": {"line": start[0], "character": start[1]},
            "end": {"line": end[0], "character": end[1]},
        },
        "text": text,
    }


def test_typing_behind_an_emoji(tmp_path):
    site = tmp_path / "nginx.conf"
    line = '    add_header A "😀";  listen 80;'
    column = line.index("listen") + 1
    with Client() as client:
        capabilities = client.initialize(tmp_path)["capabilities"]
        assert capabilities["textDocumentSync"]["change"] == 2
        client.open(site, f"events {{}}\nhttp {{ server {{\n{line}\n}}\n}}\n")
        assert "nginx-unknown-directive" not in [d["code"] for d in client.published(site, 1)]
        # The letter t goes, a word comes to the end of the line: lisen 80; nonsense;
        changes = [
            between((2, column + 3), (2, column + 4), ""),
            between((2, column + 9), (2, column + 9), " nonsense;"),
        ]
        client.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri(site), "version": 2}, "contentChanges": changes},
        )
        found = [d for d in client.published(site, 2) if d["code"] == "nginx-unknown-directive"]
        assert [d["range"]["start"]["character"] for d in found] == [column, column + 10]
        # A whole text and a part of it may come together.
        changes = [{"text": "events {}\n"}, between((1, 0), (1, 0), "nonsens;\n")]
        client.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri(site), "version": 3}, "contentChanges": changes},
        )
        (found,) = client.published(site, 3)
        assert found["range"]["start"] == {"line": 1, "character": 0}


def test_what_the_editor_creates_renames_and_deletes_is_looked_at_again(tmp_path):
    """Editors that watch no files tell of their own doings."""
    old, new = tmp_path / "old.service", tmp_path / "new.service"
    with Client() as client:
        capabilities = client.initialize(tmp_path, capabilities=FILES)["capabilities"]
        assert set(capabilities["workspace"]["fileOperations"]) == {"didCreate", "didRename", "didDelete"}
        old.write_text(UNIT)
        client.notify("workspace/didCreateFiles", {"files": [{"uri": uri(old)}]})
        assert [d["code"] for d in client.published(old)] == ["systemd-unknown-key"]
        old.rename(new)
        client.notify("workspace/didRenameFiles", {"files": [{"oldUri": uri(old), "newUri": uri(new)}]})
        assert [d["code"] for d in client.published(new)] == ["systemd-unknown-key"]
        assert client.published(old) == []
        new.unlink()
        client.notify("workspace/didDeleteFiles", {"files": [{"uri": uri(new)}]})
        assert client.published(new) == []


def test_a_folder_that_is_renamed_takes_its_files_along(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    (old / "a.service").write_text(UNIT)
    with Client() as client:
        client.initialize(tmp_path, capabilities=FILES)
        assert client.published(old / "a.service") != []
        old.rename(new)
        client.notify("workspace/didRenameFiles", {"files": [{"oldUri": uri(old), "newUri": uri(new)}]})
        assert client.published(new / "a.service") != []
        client.until(lambda _: not client.diagnostics[uri(old / "a.service")]["diagnostics"])


def test_folders_that_come_and_go_take_open_files_with_them(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "deploylint.toml").write_text('ignore = ["systemd-unknown-key"]\n')
        (folder / "a.service").write_text(UNIT)
    with Client() as client:
        client.initialize(one)
        client.open(two / "a.service", UNIT)
        # Of no folder: checked alone, without the settings beside it.
        assert [d["code"] for d in client.published(two / "a.service", 1)] == ["systemd-unknown-key"]
        added = {"added": [{"uri": uri(two), "name": "two"}], "removed": []}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": added})
        assert client.published(two / "a.service") == []
        removed = {"added": [], "removed": [{"uri": uri(two), "name": "two"}]}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": removed})
        assert [d["code"] for d in client.published(two / "a.service")] == ["systemd-unknown-key"]
