"""Ask `nginx -t` about a file, without touching the machine's own configuration."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or "nginx"
MODULES = Path("/usr/lib/nginx/modules")
LOADED = "".join(
    f"load_module {MODULES}/ngx_{name}_module.so;\n"
    for name in ("stream", "mail")
    if (MODULES / f"ngx_{name}_module.so").exists()
)
WRAPPER = LOADED + "pid nginx.pid;\ninclude site.conf;\n"
# What depends on the machine: files, names, users, sockets, TLS material, the sizes of hash tables.
ENVIRONMENT = re.compile(
    r"host not found|.*(?:open|bind|socket|mkdir|opendir|chmod|chown|rename|dlopen|setsockopt|sigaction|glob|connect)\(\) "
    r"|getpwnam|getgrnam|.*BIO_new_file|cannot load certificate|SSL_|PEM_|could not build |.*\(\d+: [A-Z]|no resolver"
    r"|\"/.*\" |module \"|.*hash_bucket_size|.*worker_connections are not enough|.*failed$|too many|mmap|posix_memalign"
)


class Verdict(NamedTuple):
    """`message` is None where nginx takes the file; `line` is None where it names none, or another file."""

    message: str | None
    line: int | None


def prepare(folder):
    """Put what the fixtures refer to into a folder."""
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(WRAPPER, encoding="utf-8")
    for name in ("htpasswd", "uwsgi_extra"):
        (folder / name).touch()


def ask(text, folder):
    """What nginx says of the text as `site.conf`, which the main file includes."""
    (folder / "site.conf").write_bytes(text.encode("utf-8", "surrogateescape"))
    run = subprocess.run(
        [PROGRAM, "-t", "-q", "-p", f"{folder}/", "-e", "stderr", "-c", "nginx.conf"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    if run.returncode == 0:
        return Verdict(None, None)
    output = run.stderr.decode("utf-8", "replace")
    found = re.search(
        r"\[(?:emerg|alert)\] (?:\d+#\d+: )?(.*?)(?:\n\d{4}/\d\d/\d\d |\nnginx: |\Z)", output, re.DOTALL
    )
    message = found[1] if found else output.strip()
    place = re.search(r" in \S*site\.conf:(\d+)\Z", message)
    line = int(place[1]) if place else None
    return Verdict(message[: place.start()] if place else message, line)
