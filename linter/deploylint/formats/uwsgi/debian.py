"""Debian's layout: its service starts one uWSGI for each file in /etc/uwsgi/apps-enabled.

The facts come from Debian's package uwsgi (/usr/share/uwsgi/init/specific_daemon and conf/default.ini): what the
file does not say is taken from `default.ini`, processes are stopped with SIGQUIT and killed after 30 seconds.
"""

from collections.abc import Iterator, Sequence
from posixpath import basename

from deploylint.document import Document
from deploylint.facts import Known, Process, Supervision, SupervisorKind
from deploylint.formats.command_line.lines import read
from deploylint.formats.uwsgi.nodes import ASKED, UwsgiConfig
from deploylint.formats.uwsgi.settings import Settings
from deploylint.processes import StatedProcess
from deploylint.values.words import Word

FOLDER = "apps-enabled"
_WHY = "default of Debian's uwsgi"


def processes(documents: Sequence[Document]) -> Iterator[Process]:
    """A process for each file in a folder `uwsgi/apps-enabled`."""
    for document in documents:
        if not isinstance(document, UwsgiConfig) or not _enabled(document.path):
            continue
        first = next(iter(document.options(ASKED)), None)
        if first is None:
            continue
        span = first.at.span
        name = basename(document.path).rpartition(".")[0]
        words = [
            "uwsgi",
            "--master",
            f"--{document.syntax}",
            f"/etc/uwsgi/{FOLDER}/{basename(document.path)}",
        ]
        settings = Settings(document)
        if settings.complete and not list(settings.sockets()):
            words[1:1] = ["--socket", f"/run/uwsgi/app/{name}/socket"]
        yield StatedProcess(
            name=f"uwsgi {name}",
            document=document,
            at=first.at,
            supervision=Supervision(
                SupervisorKind.SYSTEMD,
                stop_timeout=Known(30.0, why=_WHY, default=True),
                stop_signal=Known("QUIT", why=_WHY, default=True),
                kills_group=Known(value=True, why=_WHY, default=True),
                service_type="forking",
            ),
            invocation=read([Word(word, span) for word in words]),
            user=settings.user or Known("www-data", why=_WHY, default=True),
            group=settings.group or Known("www-data", why=_WHY, default=True),
        )


def _enabled(path: str) -> bool:
    folders = path.split("/")[:-1]
    return folders[-1:] == [FOLDER] and (len(folders) == 1 or "uwsgi" in folders[-2])
