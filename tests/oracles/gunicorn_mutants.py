"""gunicorn's verdict on many configuration files of our own writing, in one process that runs nothing else.

Run as a program it reads texts as a list in JSON from standard input and prints a list of verdicts. Every
file has a process, a gigabyte and five seconds.
"""

import contextlib
import io
import json
import multiprocessing
import os
import re
import resource
import socket
import subprocess
import sys
import traceback
import types
from pathlib import Path

NAME = "gunicorn.conf.py"


def verdicts(folder, texts):
    """A list of None (taken) or {"name": setting, "line": line, "said": text} for texts."""
    return asked(folder, texts, "here")


def depending(folder, texts):
    """For each text whether gunicorn takes it on one machine and refuses it on another.

    The machines have other variables, more processors, or the module that a file tries to import.
    """
    return asked(folder, texts, "elsewhere")


def asked(folder, texts, where):
    done = subprocess.run(
        [sys.executable, __file__, str(folder), where],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=1800,
    )
    return json.loads(done.stdout)


def verdict(text):
    from gunicorn.app.base import Application
    from gunicorn.util import load_class

    class Configuration(Application):
        def __init__(self):
            self.usage = self.cfg = self.callable = self.logger = None
            self.prog = "gunicorn"
            self.load_default_config()
            self.load_config_from_file(NAME)
            self.cfg.validate()

        def load(self):
            raise NotImplementedError

    Path(NAME).write_text(text, encoding="utf-8")
    said, name = io.StringIO(), None
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            settings = Configuration().cfg
        name = "bind"
        for address in settings.address:
            if isinstance(address, tuple):
                can_be_bound(*address)
        name = "logconfig_dict"
        if settings.logconfig_dict:
            settings.logger_class(settings)  # as the arbiter does when it starts
        name = "worker_class"
        if isinstance(settings.settings[name].get(), str):
            load_class(settings.settings[name].get(), default="sync", section="gunicorn.workers")
    except BaseException as error:  # noqa: BLE001  gunicorn ends by SystemExit, files end by anything
        message = f"{said.getvalue()}\n{type(error).__name__}: {error}"
        invalid = re.search(r"Invalid value for (\w+):", message)
        written = "".join(traceback.format_exception(error)) + said.getvalue()
        lines = re.findall(rf'File "[^"\n]*{re.escape(NAME)}", line (\d+)', written)
        if "No module named" in message and name == "worker_class":
            return None
        return {
            "name": invalid[1] if invalid else name,
            "line": int(lines[-1]) if lines and not invalid else None,
            "said": message[-400:],
        }
    return None


def can_be_bound(host, port):
    """What socket.bind refuses: `gunicorn -b 8000` and `-b /run/x.sock` (see test_gunicorn_behaviour) try five times."""
    if not 0 <= port <= 65535:
        raise OverflowError("port must be 0-65535.")
    if "/" in host or host.isdecimal():
        raise OSError(f"{host} is no host")
    if ":" in host:
        socket.inet_pton(socket.AF_INET6, host)


def main():
    os.chdir(sys.argv[1])
    import gunicorn.app.base  # loaded once, before the processes part
    import gunicorn.workers.gthread
    import gunicorn.workers.sync  # noqa: F401

    ask = depends if sys.argv[2] == "elsewhere" else apart
    json.dump([ask(text) for text in json.load(sys.stdin)], sys.stdout)


def debugging():
    os.environ["DEBUG"] = "yes"


def many_processors():
    os.cpu_count = multiprocessing.cpu_count = lambda: 16


def variables_set():
    os.environ.update(dict.fromkeys(("WORKERS", "THREADS", "TIMEOUT", "PORT", "KEEPALIVE"), "4"))


def module_there():
    sys.modules["nothing_of_that_name"] = types.ModuleType("nothing_of_that_name")


MACHINES = (debugging, many_processors, variables_set, module_there)


def depends(text):
    return len({apart(text, change) is None for change in (None, *MACHINES)}) == 2


def apart(text, change=None):
    """The verdict of a process of its own: a file may change any module."""
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
        if change is not None:
            change()
        with os.fdopen(sending, "w") as pipe:
            json.dump(verdict(text), pipe)
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else {"name": None, "line": None, "said": "it took too long"}


if __name__ == "__main__":
    main()
