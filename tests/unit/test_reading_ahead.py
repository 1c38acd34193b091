"""Another process reads the files of a large project: what comes out is the same, also where that process is lost."""

import os
import signal
import sys

import pytest
from deploylint import discovery, formats, reading_ahead
from deploylint.discovery import MANY, discover
from deploylint.gitignore import Ignore
from deploylint.reading import Folder
from deploylint.run import Request, prepared, run
from deploylint.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

COUNT = 3 * MANY
PARENT = os.getpid()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(COUNT):
        below = tmp_path / f"shop{number:03}"
        below.mkdir()
        (below / "a.service").write_text(f"[Service]\nUsre={number}\nExecStart=/bin/a\n")
        (below / "readme.txt").write_text("nothing of ours\n")
    return tmp_path


def strange(folder):
    """What is read in the other process but for the first one: bytes that are no text, a file too large, links."""
    (folder / "shop000" / "b.service").symlink_to("../shop599/a.service")
    (folder / "shop500" / "b.service").write_bytes(b"[Service]\nExecStart=/bin/\xff\xfe\0\r\n")
    (folder / "shop510" / "b.service").write_text("[Service]\nExecStart=/bin/b\n" + "# long\n" * 20_000)
    (folder / "shop520" / "b.service").symlink_to("../../outside.service")
    (folder / "shop530" / "b.service").symlink_to("nowhere")
    (folder / "shop540" / ".gitignore").write_text("a.service\n")
    (folder / "shop550" / "site.conf").write_text("server { listen 80; server_name é; }\n")
    (folder / "shop560" / "z").mkdir()


def shown(request):
    outcome = run(request)
    report = outcome.report
    return (
        [(one.rule, str(one.at), one.finding.message) for one in report.diagnostics],
        report.problems,
        report.files,
    )


def counted(monkeypatch):
    """The forks that are made, and the sources that are taken early."""
    forks, taken = [], []
    fork, go_on = os.fork, reading_ahead.go_on
    monkeypatch.setattr(os, "fork", lambda: forks.append(1) or fork())

    def going_on(steps, found, take):
        go_on(steps, found, lambda source, kind: taken.append(source.path) or take(source, kind))

    monkeypatch.setattr(reading_ahead, "go_on", going_on)
    return forks, taken


@pytest.mark.parametrize("paths", [(".",), ("shop599", ".", "shop001/a.service", "gone.service")])
def test_the_same_is_read_as_by_one_process(folder, monkeypatch, paths):
    strange(folder)
    requests = [Request(paths, jobs=jobs) for jobs in (1, 2)]
    alone, _, _, _ = prepared(requests[0])
    forks, taken = counted(monkeypatch)
    together, tree, _, _ = prepared(requests[1])
    assert len(forks) == 1
    assert sorted(taken) == [source.path for source, _ in together.sources]
    for name in ("problems", "named", "limit", "listed"):
        assert getattr(together, name) == getattr(alone, name)
    assert [(source.path, source.text, kind) for source, kind in together.sources] == [
        (source.path, source.text, kind) for source, kind in alone.sources
    ]
    assert all(together.early[source].source is source for source, _ in together.sources)
    assert sorted(tree.named("readme.txt")) == [f"shop{number:03}/readme.txt" for number in range(COUNT)]


def test_the_same_is_found(folder):
    strange(folder)
    settings = Settings(max_file_size="64K")
    alone, together = (shown(Request((".",), settings, jobs=jobs)) for jobs in (1, 2))
    assert alone == together
    assert [problem.path for problem in alone[1]] == ["shop510/b.service"]
    assert len([one for one in alone[0] if one[0] == "systemd-unknown-key"]) == COUNT - 1


def test_a_file_that_breaks_a_parser_is_told_once(folder, monkeypatch):
    systemd = formats.load("systemd")
    parse = systemd.parse

    parsed = []

    def broken(source):
        parsed.append(source.path)
        if "Usre=13\n" in source.text or "Usre=555\n" in source.text:
            raise RecursionError("too deep")
        return parse(source)

    monkeypatch.setattr(systemd, "parse", broken)
    found, problems, files = shown(Request((".",), jobs=2))
    assert [(problem.path, problem.message) for problem in problems] == [
        (f"shop{number}/a.service", "internal error while reading it as systemd: RecursionError: too deep")
        for number in ("013", "555")
    ]
    assert len(files) == COUNT - 2
    assert sorted(parsed) == [f"shop{number:03}/a.service" for number in range(COUNT)]
    assert "shop013/a.service" not in {at.partition(":")[0] for _, at, _ in found}


def lost(monkeypatch, after):
    """The other process is lost when it has read so many files."""
    count = iter(range(10**9))
    read = Folder.read

    def reading(self, path, limit=None):
        if os.getpid() != PARENT and next(count) >= after:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(self, path, limit)

    monkeypatch.setattr(Folder, "read", reading)


@pytest.mark.parametrize("after", [0, 10, 100, COUNT - 2 * MANY, COUNT])
def test_where_the_other_process_is_lost_this_one_reads_on(after, folder, monkeypatch):
    strange(folder)
    alone = shown(Request((".",)))
    lost(monkeypatch, after)
    forks, taken = counted(monkeypatch)
    assert shown(Request((".",), jobs=2)) == alone
    assert forks
    assert (len(taken) < COUNT) == (after < COUNT)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_what_is_cut_off_in_the_midst_counts_as_lost(folder, monkeypatch):
    dump = reading_ahead.pickle.dump

    def cut(value, file):
        if isinstance(value, tuple):
            file.write(reading_ahead.pickle.dumps(value)[:-1])
        else:
            dump(value, file)

    monkeypatch.setattr(reading_ahead.pickle, "dump", cut)
    found = discover(["."], Ignore(["."], (), "."), many=lambda *rest: reading_ahead.go_on(*rest, ignore))
    assert [source.path for source, _ in found.sources] == [f"shop{n:03}/a.service" for n in range(COUNT)]


def ignore(_source, _kind):
    pass


def test_no_process_can_be_had(folder, monkeypatch):
    alone = shown(Request((".",)))

    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert shown(Request((".",), jobs=2)) == alone


def test_where_all_was_read_nobody_reads_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(MANY + 1):
        (tmp_path / f"{number}.service").write_text("[Service]\n")
    found = discover(["."], Ignore(["."], (), "."), many=lambda *_rest: pytest.fail("read on"))
    assert len(found.sources) == MANY + 1


def test_small_projects_are_read_by_one_process(folder, monkeypatch):
    monkeypatch.setattr(discovery, "MANY", COUNT + 1)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    found, *_ = prepared(Request((".",), jobs=4))
    assert (len(found.sources), found.early) == (COUNT, {})
