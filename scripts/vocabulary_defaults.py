"""Make `vocabulary/data/defaults.py`: what nginx and systemd take where a directive or key is not written.

    python scripts/vocabulary_defaults.py                           from the facts alone
    python scripts/vocabulary_defaults.py --nginx DOCUMENTS SOURCE  read anew; clones of nginx/nginx.org and nginx/nginx
    python scripts/vocabulary_defaults.py --systemd                 ask the installed systemd

The values of nginx are those of its documentation. The clone of the source has its tags: it tells since which release
the value holds. What systemd takes is found out by trying.
"""

import argparse
import re
import subprocess
from typing import Any

from vocabulary_files import module_text, read_facts, write_facts, write_module


def build(facts: dict[str, Any]) -> str:
    """The text of the module."""
    nginx = {
        name: tuple((tuple(contexts), value, tuple(since)) for contexts, value, since in rows)
        for name, rows in sorted(facts["nginx"].items())
    }
    keys = {
        section: dict(sorted(known.items())) for section, known in sorted(facts["systemd"]["keys"].items())
    }
    return module_text(
        f"""What nginx and systemd {facts["systemd"]["release"]} take where nothing is written.

Made by scripts/vocabulary_defaults.py from the documentation and the source of nginx and by asking systemd; do not
edit. `deploylint.vocabulary.defaults` says what the columns mean.
""",
        {
            "NGINX": ("dict[str, tuple[Row, ...]]", nginx),
            "SYSTEMD": ("dict[str, dict[str, str]]", keys),
            "SYSTEMD_RELEASE": ("int", facts["systemd"]["release"]),
        },
        types={"Row": "tuple[tuple[str, ...], str, tuple[int, int, int]]"},
    )


def installed_systemd() -> int:
    """The release of the systemd that is asked."""
    said = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"systemd (\d+)", said)
    assert found is not None, said  # noqa: S101
    return int(found[1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nginx", nargs=2, metavar=("DOCUMENTS", "SOURCE"))
    parser.add_argument("--systemd", action="store_true")
    arguments = parser.parse_args()
    facts: dict[str, Any] = read_facts("defaults")
    if arguments.nginx:
        from vocabulary_defaults_nginx import learn as learn_nginx  # noqa: PLC0415  (needs the clones)

        facts["nginx"] = learn_nginx(*arguments.nginx, read_facts("nginx")["directives"])
    if arguments.systemd:
        from vocabulary_defaults_systemd import learn as learn_systemd  # noqa: PLC0415  (needs systemd)

        release = installed_systemd()
        facts["systemd"] = {"release": release, "keys": learn_systemd(release)}
    write_facts("defaults", facts)
    write_module("defaults", build(facts))


if __name__ == "__main__":
    main()
