"""What gunicorn does with settings that it takes: the facts behind our rules."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from deploylint.source import Source
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("gunicorn")
APP = "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'']\n"


def found(text):
    rules = [rule for rule in all_rules().values() if rule.subject == "gunicorn"]
    return {one.rule for one in check_sources([Source("gunicorn.conf.py", text)], rules)}


def start(folder, text, seconds):
    """What gunicorn prints within some seconds, and its exit status; None if it went on running."""
    (folder / "shop.py").write_text(APP)
    (folder / "gunicorn.conf.py").write_text(f"control_socket_disable = True\n{text}")
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "shop:app"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        status = None
        process.terminate()
    return process.communicate(timeout=30)[0], status


def test_no_worker_is_no_complaint(tmp_path):
    text = f"workers = 0\nbind = 'unix:{tmp_path}/a.sock'\n"
    said, status = start(tmp_path, text, 2)
    assert status is None
    assert "Listening at" in said
    assert "Booting worker" not in said
    assert "gunicorn-no-workers" in found(text)


@pytest.mark.parametrize("name", ["check_config", "print_config"])
def test_checks_in_the_file_end_the_start(tmp_path, name):
    said, status = start(tmp_path, f"{name} = True\n", 20)
    assert status == 0
    assert "Listening at" not in said
    assert "gunicorn-stops-after-check" in found(f"{name} = True\n")


@pytest.mark.parametrize(("value", "used"), [("True", False), ("False", False), ("None", True)])
def test_any_value_turns_sendfile_off(value, used):
    from gunicorn.config import Config

    config = Config()
    config.set("sendfile", {"True": True, "False": False, "None": None}[value])
    assert config.sendfile is used
    assert ("gunicorn-sendfile-turned-off" in found(f"sendfile = {value}\n")) == (value == "True")


@pytest.mark.parametrize(
    ("connections", "threads", "keepalive"), [(8, 8, 2), (4, 8, 2), (9, 8, 2), (8, 8, 0)]
)
def test_gthread_warns_of_too_few_connections(connections, threads, keepalive):
    from gunicorn.config import Config
    from gunicorn.workers.gthread import ThreadWorker

    class Log:
        said = ""

        def warning(self, text):
            self.said += text

    config, log = Config(), Log()
    settings = {"worker_connections": connections, "threads": threads, "keepalive": keepalive}
    for name, value in settings.items():
        config.set(name, value)
    ThreadWorker.check_config(config, log)
    text = 'worker_class = "gthread"\n' + "".join(f"{name} = {value}\n" for name, value in settings.items())
    assert ("No keepalived connections can be handled" in log.said) == (
        "gunicorn-no-keepalive-left" in found(text)
    )


@pytest.mark.parametrize("bind", ["8000", "/run/shop.sock"])
def test_what_is_neither_host_nor_socket_cannot_be_bound(tmp_path, bind):
    began = time.monotonic()
    said, status = start(tmp_path, f"bind = {bind!r}\n", 60)
    assert status == 1, (said, time.monotonic() - began)
    assert "gunicorn-invalid-value" in found(f"bind = {bind!r}\n")


def test_more_than_one_thread_makes_sync_gthread():
    from gunicorn.config import Config

    config = Config()
    config.set("worker_class", "sync")
    config.set("threads", 2)
    assert config.worker_class_str == "gthread"


LOG_PARTS = {
    "{'handlers': {'h': {'class': 'logging.StreamHandler'}}}": "Unable to configure logger 'gunicorn.error'",
    "{'handlers': {'h': {'class': 'logging.StreamHandler'}}, 'loggers': {}}": "Unable to configure root logger",
    "{'formatters': {'f': {'format': '%(message)s'}}}": "Unable to configure handler 'console'",
    "{'loggers': {'shop': {'handlers': ['h']}}}": "Unable to configure logger 'shop'",
    "{'root': {}, 'loggers': {}, 'handlers': {'h': {'class': 'logging.StreamHandler'}}}": None,
    "{'loggers': {'shop': {'handlers': ['console']}}}": None,
}


@pytest.mark.parametrize(("value", "complaint"), LOG_PARTS.items())
def test_parts_of_the_log_configuration(tmp_path, value, complaint):
    text = f"bind = 'unix:{tmp_path}/a.sock'\nlogconfig_dict = {value}\n"
    said, status = start(tmp_path, text, 2 if complaint is None else 20)
    assert (complaint or "Listening at") in said
    assert (status is None) is (complaint is None)
    assert ("gunicorn-log-part-missing" in found(text)) is (complaint is not None)


BOTH = "'error_console': {'class': 'logging.StreamHandler'}"
FILE = "'filename': 'a.log'"
LOG_VALUES = {
    "{'version': 2}": "Unsupported version: 2",
    "{'version': 1.0}": None,
    "{'root': {'level': 'INFOS'}}": "Unable to configure root logger",
    "{'root': {'level': 'WARN'}}": None,
    "{'root': {'level': 'FATAL'}}": None,
    "{'loggers': {'shop': {'level': 'info'}}}": "Unable to configure logger 'shop'",
    "{'handlers': {'console': {'class': 'logging.StreamHandler', 'level': 'x'}, %s}}": "handler 'console'",
    "{'handlers': {'console': {'class': 'logging.StreamHandler', 'lvel': 'INFO'}, %s}}": "handler 'console'",
    "{'handlers': {'console': {'class': 'logging.StreamHandlr'}, %s}}": "handler 'console'",
    "{'handlers': {'console': {'clas': 'logging.StreamHandler'}, %s}}": "handler 'console'",
    "{'handlers': {'console': {'class': 'logging.handlers.NoneHandler'}, %s}}": "handler 'console'",
    "{'handlers': {'console': {'class': 'logging.StreamHandler', 'stream': 'ext://sys.stdout', 'filters': []}, %s}}": None,
    "{'handlers': {'console': {'class': 'logging.NullHandler'}, %s}}": None,
    "{'handlers': {'console': {'class': 'logging.FileHandler', FILE, 'mode': 'a', 'delay': True}, %s}}": None,
    "{'handlers': {'console': {'class': 'logging.handlers.WatchedFileHandler', FILE, 'errors': None}, %s}}": None,
    "{'handlers': {'console': {'class': 'logging.handlers.RotatingFileHandler', FILE, 'maxBytes': 9}, %s}}": None,
    "{'handlers': {'console': {'class': 'logging.handlers.RotatingFileHandler', FILE, 'maxbytes': 9}, %s}}": "handler 'console'",
    "{'handlers': {'console': {'class': 'logging.handlers.TimedRotatingFileHandler', FILE, 'utc': True}, %s}}": None,
    "{'handlers': {'console': {'class': 'logging.handlers.TimedRotatingFileHandler', FILE, 'mode': 'a'}, %s}}": "handler 'console'",
    "{'handlers': {'console': {'()': 'logging.StreamHandler'}, %s}}": None,
}


@pytest.mark.parametrize(("value", "complaint"), LOG_VALUES.items())
def test_values_of_the_log_configuration(tmp_path, value, complaint):
    value = value.replace("%s", BOTH).replace("FILE,", f"{FILE},")
    text = f"bind = 'unix:{tmp_path}/a.sock'\nlogconfig_dict = {value}\n"
    said, status = start(tmp_path, text, 2 if complaint is None else 20)
    assert (status is None) is (complaint is None), said
    assert (complaint or "") in said
    assert ("gunicorn-invalid-log-configuration" in found(text)) is (complaint is not None)


@pytest.mark.parametrize(
    ("value", "silent"),
    [
        ("{'disable_existing_loggers': True, 'loggers': {'shop': {'handlers': ['console']}}}", True),
        ("{'disable_existing_loggers': True, 'loggers': {'gunicorn': {'handlers': ['console']}}}", False),
        ("{'disable_existing_loggers': True}", False),
        ("{'loggers': {'shop': {'handlers': ['console']}}}", False),
    ],
)
def test_existing_loggers(tmp_path, value, silent):
    text = f"bind = 'unix:{tmp_path}/a.sock'\nlogconfig_dict = {value}\n"
    said, status = start(tmp_path, text, 2)
    assert status is None
    assert ("Listening at" not in said) is silent
    assert ("gunicorn-own-log-disabled" in found(text)) is silent


@pytest.mark.parametrize(
    ("worker", "package"),
    [("gevent", "gevent"), ("tornado", "tornado"), ("uvicorn.workers.UvicornWorker", "uvicorn")],
)
def test_workers_without_their_package(tmp_path, worker, package):
    text = f"bind = 'unix:{tmp_path}/a.sock'\nworker_class = {worker!r}\n"
    # A module that cannot be imported hides the package where it is installed.
    (tmp_path / f"{package}.py").write_text("raise ImportError")
    said, status = start(tmp_path, text, 20)
    assert status == 1
    assert "invalid or not found" in said
    unit = Source("shop.service", "[Service]\nWorkingDirectory=/srv\nExecStart=/srv/bin/gunicorn shop:app\n")
    rules = [all_rules()["worker-package-missing"]]
    for requirements, count in (("gunicorn\n", 1), (f"gunicorn\n{package}\n", 0)):
        sources = [Source("gunicorn.conf.py", text), unit, Source("requirements.txt", requirements)]
        assert len(check_sources(sources, rules)) == count


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root may become nobody first"
)
@pytest.mark.parametrize("bind", ["127.0.0.1:0", "unix:a.sock"])
@pytest.mark.parametrize(("user", "refused"), [("daemon", True), ("nobody", False)])
def test_users_that_nobody_may_become(bind, user, refused):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        (Path(folder) / "shop.py").write_text(APP)
        as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        process = subprocess.Popen(
            [
                *as_nobody,
                sys.executable,
                "-m",
                "gunicorn",
                "--no-control-socket",
                "-b",
                bind,
                "-u",
                user,
                "shop:app",
            ],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            status = process.wait(20 if refused else 3)
        except subprocess.TimeoutExpired:
            status = None
            process.terminate()
        said = process.communicate(timeout=30)[0]
    assert ("Operation not permitted" in said) is refused
    assert (status is not None) is refused
    unit = f"[Service]\nUser=nobody\nExecStart=/srv/bin/gunicorn --user {user} -b {bind} shop:app\n"
    rules = [all_rules()["server-user-cannot-change"]]
    assert bool(check_sources([Source("shop.service", unit)], rules)) is refused


@pytest.mark.parametrize(("options", "hidden"), [(["-m"], True), (["-P", "-m"], False)])
def test_a_file_called_gunicorn(tmp_path, options, hidden):
    """With `-P` Python does not look in the working directory; it is of 3.11."""
    (tmp_path / "gunicorn.py").write_text("bind = '127.0.0.1:0'\n")
    run = subprocess.run(
        [sys.executable, *options, "gunicorn", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0
    assert ("gunicorn" not in run.stdout) is hidden
    unit = f"[Service]\nWorkingDirectory=/srv/shop\nExecStart=/srv/bin/python {' '.join(options)} gunicorn shop:app\n"
    sources = [Source("shop.service", unit), Source("gunicorn.py", "bind = 1\n"), Source("shop.py", APP)]
    assert bool(check_sources(sources, [all_rules()["module-hidden-by-file"]])) is hidden


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [("GUNICORN_TIMEOUT", "77", False), ("GUNICORN_CMD_ARGS", "--timeout 77", True)],
)
def test_variables_that_gunicorn_reads(tmp_path, name, value, read):
    (tmp_path / "shop.py").write_text(APP)
    run = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--print-config", "shop:app"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", name: value},
        capture_output=True,
        text=True,
        check=True,
    )
    assert bool(re.search(r"^timeout += 77$", run.stdout, re.MULTILINE)) is read
    unit = f'[Service]\nEnvironment="{name}={value}"\nExecStart=/srv/bin/gunicorn shop:app\n'
    rules = [all_rules()["gunicorn-variable-without-effect"]]
    assert bool(check_sources([Source("shop.service", unit)], rules)) is not read


@pytest.mark.parametrize("setting", [True, False])
def test_the_folder_of_heartbeats(tmp_path, setting):
    """TMPDIR where nothing is set, else /tmp; the file has no name any more once it is open."""
    text = f"bind = 'unix:{tmp_path}/a.sock'\n" + (f"worker_tmp_dir = '{tmp_path}'\n" if setting else "")
    text += (
        "def post_worker_init(worker):\n"
        "    import os\n"
        "    print('heartbeat in', os.readlink(f'/proc/self/fd/{worker.tmp.fileno()}'), flush=True)\n"
    )
    said, _ = start(tmp_path, text, 3)
    assert f"heartbeat in {tmp_path if setting else tempfile.gettempdir()}/wgunicorn-" in said
