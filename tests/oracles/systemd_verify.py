"""Ask `systemd-analyze verify` about unit files. It needs no running systemd."""

import os
import re
import subprocess
from typing import NamedTuple

_LINE = re.compile(r"^(?P<path>/.*?):(?P<line>\d+): (?P<message>.*)$")
_UNIT = re.compile(r"^(?P<unit>[^\s:]+\.[a-z]+): (?P<message>.*)$")


class Message(NamedTuple):
    """What verify says. `line` is the last physical line of a continued one, None for the unit as a whole."""

    name: str
    line: int | None
    text: str


def verify(folder, files, *, dependencies=False):
    """Messages on `files`, a mapping of unit name to text or bytes; drop-ins are named `x.service.d/y.conf`."""
    paths = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        )
        if path.suffix != ".conf":
            paths.append(str(path))
    mode = "one" if dependencies else "no"
    run = subprocess.run(
        [
            "systemd-analyze", "verify", "--man=no", "--generators=no", f"--recursive-errors={mode}", *paths,
        ],
        env={
            **os.environ,
            "LC_ALL": "C",
            "SYSTEMD_LOG_LEVEL": "info",
            "SYSTEMD_LOG_TARGET": "console",
            "SYSTEMD_LOG_COLOR": "0",
            "SYSTEMD_UNIT_PATH": f"{folder}:",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )  # fmt: skip
    return [
        message
        for line in run.stderr.decode("utf-8", "replace").splitlines()
        if (message := _message(folder, line)) is not None
    ]


def _message(folder, line):
    if match := _LINE.match(line):
        return Message(match["path"].removeprefix(f"{folder}/"), int(match["line"]), match["message"])
    if match := _UNIT.match(line):
        return Message(match["unit"], None, match["message"])
    return Message("", None, line)
