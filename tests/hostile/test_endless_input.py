"""Input that is made to take for ever, or all memory, ends soon and tells what it is."""

import os
import resource
import traceback

import pytest
from deploylint.source import Source
from hostile.running import deploylint, write
from support import check_sources

LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)
)
MERGES = "x0: &m0 {a: 1}\n" + "".join(
    f"x{n}: &m{n}\n  <<: [*m{n - 1}, *m{n - 1}]\n  k{n}: 1\n" for n in range(1, 60)
)
FILES = {
    "laughs": ("compose.yaml", f"{LAUGHS}services:\n  web:\n    image: *a39\n"),
    "merges": ("compose.yaml", f"{MERGES}services:\n  web: *m59\n"),
    "deep yaml": ("compose.yaml", "services: " + "[" * 50_000),
    "deep map": ("compose.yaml", "services: " + "{a: " * 20_000),
    "nested variables": (
        "compose.yaml",
        "services:\n  web:\n    image: " + "${A:-" * 50_000 + "}" * 50_000 + "\n",
    ),
    "many dependencies": (
        "compose.yaml",
        "services:\n"
        + "".join(f"  s{n}:\n    image: shop\n    depends_on: [s{n + 1}]\n" for n in range(3000)),
    ),
    "nested blocks": ("nginx.conf", "a{" * 100_000),
    "closed blocks": ("nginx.conf", "a{" * 100_000 + "}" * 100_000),
    "open quote": ("nginx.conf", "server_name " + '"\\' * 500_000),
    "backslashes": ("app.service", "[Service]\nExecStart=" + "\\\n" * 300_000),
    "expansions": ("supervisord.conf", "[program:a]\ncommand=" + "%(ENV_A)s" * 100_000 + "\n"),
    "placeholders": ("uwsgi.ini", "[uwsgi]\nmodule = " + "%(a)" * 200_000 + "\n"),
    "brackets": ("gunicorn.conf.py", "bind = " + "(" * 100_000 + "\n"),
    "operators": ("gunicorn.conf.py", "workers = " + "1 + " * 50_000 + "1\n"),
    "sums": ("gunicorn.conf.py", 'bind = "a"\n' + "bind = bind + bind\n" * 500),
    "powers": ("gunicorn.conf.py", "workers = 9 ** 9 ** 9 ** 9\nbind = 'a' * 10 ** 12\n"),
    "env quotes": (".env", 'A="' + '\\"' * 400_000),
    "heredocs": ("Dockerfile", "FROM a\nRUN " + "<<A " * 30_000 + "\n" + "A\n" * 30_000),
    "flags": ("Dockerfile", "FROM a\nCOPY " + "--a=b " * 100_000 + "\n"),
    "exec form": ("Dockerfile", "FROM a\nCMD [" + '"a",' * 100_000 + "\n"),
    "substitutions": ("start.sh", "#!/bin/sh\n" + "$(" * 200_000 + "\n"),
    "secrets": (".env", "PASSWORD=" * 100_000),
    "keys": (".env", "-----BEGIN PRIVATE KEY-----" * 20_000),
    "long line": ("nginx.conf", "server_name " + "a" * 1_000_000 + ";\n"),
    "long words": ("app.service", "[Service]\nEnvironment=" + "A=b " * 250_000 + "\n"),
    "long value": (".env", "A=" + "b" * 1_000_000 + "\n"),
    "long program": ("Procfile", "web: gunicorn " + "-b :80 " * 10_000 + "\n"),
    "blanks": ("start.sh", "#!/bin/sh\nexec gunicorn" + " " * 1_000_000 + "shop.wsgi\n"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_run_ends(name):
    path, text = FILES[name]
    child = os.fork()
    if not child:
        # Far more than it takes anywhere: what goes on for ever is killed.
        resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
        try:
            check_sources([Source(path, text)])
        except BaseException:  # noqa: BLE001  the child must not go on with the other tests
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0


def test_circles_of_includes(tmp_path):
    write(
        tmp_path,
        {
            "nginx.conf": "http { include a.conf; include nginx.conf; }\n",
            "a.conf": "include nginx.conf;\ninclude *.conf;\nserver { listen 80; }\n",
            "supervisord.conf": "[supervisord]\n[include]\nfiles = *.conf supervisord.conf\n",
            "uwsgi.ini": "[uwsgi]\nini = uwsgi.ini\nini = :uwsgi\n",
            "compose.yaml": "include: [compose.yaml, other.yaml]\nservices:\n  a:\n    extends: {service: b}\n"
            "  b:\n    extends: {service: a, file: compose.yaml}\n",
            "other.yaml": "include: compose.yaml\nservices:\n  c:\n    extends: {service: c, file: other.yaml}\n",
        },
    )
    status, out, err = deploylint(tmp_path, "--pedantic", ".")
    assert status in (0, 1)
    assert "internal error" not in out + err


def test_pipes_devices_and_folders_in_the_place_of_files(tmp_path):
    os.mkfifo(tmp_path / "nginx.conf")
    os.mkfifo(tmp_path / ".env")
    (tmp_path / "app.service").symlink_to("/dev/zero")
    (tmp_path / "compose.yaml").symlink_to("/dev/tty")
    (tmp_path / "supervisord.conf").mkdir()
    (tmp_path / "self.ini").symlink_to("self.ini")
    write(
        tmp_path,
        {"deploy/compose.yaml": "services:\n  web:\n    image: a\n    env_file: [../.env, /dev/zero]\n"},
    )
    status, out, err = deploylint(tmp_path, ".", timeout=30)
    assert status in (0, 1, 2)
    assert "Traceback" not in out + err
    assert "internal error" not in out + err
