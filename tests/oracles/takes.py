"""Ask real programs one question about a text: what have you against it? Nothing is started or executed.

Each class has `against(name, text)`: what the program objects to, as a set of messages without places. What depends on
the machine (certificates, names of hosts, users, folders) is replaced first, in the same way in both of two texts
that are compared.
"""

import re
import subprocess
import sys
from pathlib import Path

from deploylint.formats.nginx import parse
from deploylint.formats.nginx.contexts import guess
from deploylint.source import Source
from oracles.nginx_verdict import ENVIRONMENT, ask, prepare
from oracles.systemd_verify import verify

INSIDE = {
    "main": ("", ""),
    "http": ("events {} http { ", "\n}"),
    "server": ("events {} http { server { listen 18099; ", "\n}}"),
    "location": ("events {} http { server { listen 18099; location / { ", "\n}}}"),
}
ROUNDS = 60


class Nginx:
    """`nginx -t`. `against` gives None where the machine is in the way of an answer."""

    def __init__(self, folder):
        self.folder = folder
        prepare(folder)
        self._replaced = {}
        key = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", "k.pem"]
        parameters = ["genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"]
        for arguments in ([*key, "-out", "c.pem"], [*parameters, "-out", "dh.pem"]):
            subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=True)
        with (folder / "c.pem").open("a") as certificate:  # whoever looks for one finds the other, too
            certificate.write((folder / "dh.pem").read_text())
        for name in (
            "empty",
            *(f"{kind}_params" for kind in ("uwsgi", "fastcgi", "scgi", "proxy")),
            "mime.types",
        ):
            (folder / name).touch()

    def against(self, _name, text):
        text = re.sub(r"^[ \t]*pid\s[^;]*;", "", text, flags=re.MULTILINE)  # the wrapper has one
        before, after = INSIDE[guess(parse(Source("site.conf", text)))]
        text = f"{before}{text}{after}\n"
        if not re.search(r"(?<!\w)\"?events\"?\s*\{", text):
            text = f"events {{}} {text}"
        for _ in range(ROUNDS):
            for old, new in self._replaced.items():
                text = re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w.-])", new, text)
            verdict = ask(text, self.folder)
            if verdict.message is None:
                return frozenset()
            if not ENVIRONMENT.match(verdict.message):
                return frozenset({re.sub(r"\d+", "0", verdict.message)})
            if not self._replace(verdict.message):
                return None
        return None

    def _replace(self, message):
        """Put something of this machine in the place of what the message misses; False when there is nothing."""
        for pattern, new in (
            (r'host not found in [\w ]*"(?:\w+://)?([^":/]+)', "127.0.0.1"),
            (r'cannot load certificate key "([^"]+)"', f"{self.folder}/k.pem"),
            (r'cannot load certificate "([^"]+)"', f"{self.folder}/c.pem"),
            (r'SSL_CTX_load_verify_locations\("([^"]+)"', f"{self.folder}/c.pem"),
            (r'BIO_new_file\("([^"]+)"', f"{self.folder}/c.pem"),
            (r'open\(\) "([^"]+)" failed', f"{self.folder}/empty"),
            (r'getpwnam\("([^"]+)"\)', "root"),
            (r'getgrnam\("([^"]+)"\)', "root"),
        ):
            found = re.match(pattern, message)
            missing = found[1].removeprefix(f"{self.folder}/") if found else ""
            if found and missing not in self._replaced and found[1] not in self._replaced.values():
                self._replaced[missing] = new
                return True
        return False


class Systemd:
    """`systemd-analyze verify`, without what it says of files and units that are not on this machine."""

    MACHINE = re.compile(
        r"is not executable|not found|Failed to (?:find|open|prepare)|Cannot add dependency|Unit .* has"
    )

    def __init__(self, folder):
        self.folder = folder

    def against(self, name, text):
        unit = re.sub(r"\.(?:j2|in|tmpl|template|erb|jinja2?)$", "", Path(name).name)
        messages = verify(self.folder, {unit: text})
        (self.folder / unit).unlink()
        return frozenset(
            one.text for one in messages if one.name == unit and not self.MACHINE.search(one.text)
        )


class Supervisor:
    """The reader of supervisord's options."""

    def __init__(self, folder, monkeypatch):
        from supervisor import datatypes, options

        self.options, self.folder = options, folder
        for module in (options, datatypes):
            for name in ("existing_directory", "existing_dirpath"):
                monkeypatch.setattr(module, name, lambda value: value, raising=False)
            for name in ("name_to_uid", "name_to_gid", "gid_for_uid"):
                monkeypatch.setattr(module, name, lambda _: 65534, raising=False)
        monkeypatch.setattr(options.ServerOptions, "import_spec", lambda _self, _spec: None)

    def against(self, _name, text):
        if not re.search(r"^\[supervisord\]", text, re.MULTILINE):
            text = f"[supervisord]\n{text}"
        (self.folder / "supervisord.conf").write_bytes(text.encode("utf-8", "surrogateescape"))
        reader = self.options.ServerOptions()
        reader.environ_expansions = dict.fromkeys(re.findall(r"%\((ENV_\w+)\)", text), "1")
        reader.configfile = str(self.folder / "supervisord.conf")
        reader.here = str(self.folder)
        try:
            reader.process_config(do_usage=False)
        except (ValueError, self.options.ConfigParser.Error) as error:
            return frozenset({re.sub(r"\d+", "0", str(error))})
        finally:
            reader.poller.close()
        return frozenset()


class Uwsgi:
    """uWSGI, which ends before it opens anything. Options that would write, run or load something are left out."""

    PROGRAM = Path(sys.executable).parent / "uwsgi"
    MACHINE = re.compile(r"bind\(\)|somaxconn|not found\.|No such file|getaddrinfo|gethostby")
    HARMLESS = re.compile(
        r"\s*(?:;|#|\[|$)|\s*(?:processes|procname-prefix|pythonpath|log-format|http-socket|harakiri|workers|wsgi-file|"
        r"callable|vacuum|threads|thunder-lock|single-interpreter|strict|set-placeholder|static-map|socket|buffer-size|"
        r"chmod-socket|cheaper|listen|limit-as|lazy-apps|lazy|max-requests|master|module|memory-report|reload-on-rss|"
        r"post-buffering|die-on-term|disable-logging|umask|need-app|enable-threads|env|if-env|endif|no-orphans|"
        r"master-fifo|uid|gid|chdir|http|protocol|stats)\s*(?:=|$)"
    )

    def __init__(self, folder):
        self.folder = folder

    def against(self, _name, text):
        kept = [line for line in text.split("\n") if self.HARMLESS.match(line)]
        (self.folder / "app.ini").write_bytes("\n".join(kept).encode("utf-8", "surrogateescape"))
        run = subprocess.run(
            [self.PROGRAM, "--hook-pre-jail", "exit:0", "--show-config", "--ini", "app.ini"],
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        output = (run.stdout + run.stderr).decode("utf-8", "replace")
        if self.MACHINE.search(output):
            return None
        return frozenset() if run.returncode == 0 else frozenset({output.strip().rpartition("\n")[2]})
