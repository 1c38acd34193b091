"""Ask the installed systemd again for its verdicts in fixtures/oracles/systemd-values-252.json.gz.

Needs Debian 12's systemd 252 and takes two minutes: `python scripts/record_systemd_values.py`. The file tells
which values to try (`values`), for which keys (`keys`: section, directive, parser function of that release, list of
names it takes, number of a verdict) and holds the verdicts (`rejected`: numbers of values). A value is rejected when
`systemd-analyze verify` says anything about it but that the key is old.
"""

import gzip
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

FIXTURE = Path(__file__).parents[1] / "fixtures" / "oracles" / "systemd-values-252.json.gz"
MESSAGE = re.compile(r".*/v(?P<number>\d+)\.\w+:\d+: (?P<text>.*)")
OLD_KEY = re.compile(
    r"obsolete|deprecated|will be removed|Support for .* has been removed|is no longer supported"
    r"|please use .* instead|legacy directory|configured, this is not safe|has been removed"
)
SUFFIXES = {"Unit": "service", "Install": "service"}
DEPENDENCIES = {"config_parse_unit_deps", "config_parse_obsolete_unit_deps"}


def rejected(section: str, directive: str, values: list[str], *, dependencies: bool) -> list[int]:
    """The numbers of the values that this systemd refuses or drops for the key."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, value in enumerate(values):
            file = Path(folder) / f"v{number}.{SUFFIXES.get(section, section.lower())}"
            file.write_text(f"[{section}]\n{directive}={value}\n", encoding="utf-8")
            files.append(str(file))
        # Names of units are looked at only when dependencies are loaded.
        depth = "one" if dependencies else "no"
        command = [
            "systemd-analyze",
            "verify",
            "--man=no",
            "--generators=no",
            f"--recursive-errors={depth}",
            *files,
        ]
        environment = os.environ | {
            "LC_ALL": "C",
            "SYSTEMD_LOG_LEVEL": "info",
            "SYSTEMD_LOG_TARGET": "console",
        }
        run = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    messages = [MESSAGE.fullmatch(line) for line in run.stderr.decode("utf-8", "replace").splitlines()]
    return sorted({int(match["number"]) for match in messages if match and not OLD_KEY.search(match["text"])})


def main() -> None:
    """Rewrite the fixture in place, with equal verdicts stored once."""
    with gzip.open(FIXTURE, "rt", encoding="utf-8") as stream:
        data = json.load(stream)
    groups: dict[tuple[int, ...], int] = {}
    for key in data["keys"]:
        section, directive, parser = key[:3]
        verdict = tuple(rejected(section, directive, data["values"], dependencies=parser in DEPENDENCIES))
        key[4] = groups.setdefault(verdict, len(groups))
    data["rejected"] = [list(verdict) for verdict in groups]
    version = subprocess.run(
        ["systemd-analyze", "--version"], capture_output=True, text=True, check=True
    ).stdout
    data["systemd"] = version.splitlines()[0]
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    FIXTURE.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


if __name__ == "__main__":
    main()
