import pytest
from deploylint.vocabulary import gunicorn


@pytest.mark.parametrize(
    ("name", "target", "known"),
    [
        ("bind", None, True),
        ("Workers", None, False),
        ("header_map", (21, 2), False),
        ("header_map", (22,), True),
        ("debug", (19, 0), True),
        ("debug", (20, 1), False),
        ("tolerate_dangerous_framing", (22, 0), True),
        ("tolerate_dangerous_framing", (23, 0), False),
    ],
)
def test_settings_by_release(name, target, known):
    assert (gunicorn.setting(name, target) is not None) is known
    assert (name in gunicorn.settings(target)) is known


def test_a_setting():
    bind = gunicorn.setting("bind")
    assert (bind.flags, bind.takes_value, bind.repeatable) == (("-b", "--bind"), True, True)
    assert (bind.default, bind.default_from, bind.kind) == (("127.0.0.1:8000",), "PORT", "strings")
    assert gunicorn.setting("workers").default == 1
    assert not gunicorn.setting("chdir").default_known
    assert gunicorn.setting("post_fork").arities == (2,)
    assert gunicorn.setting("post_request").arities == (2, 3, 4)
    assert gunicorn.setting("tolerate_dangerous_framing").removed == (23, 0, 0)


def test_a_setting_that_changed():
    assert gunicorn.setting("proxy_protocol", (23, 0)).kind == "boolean"
    assert gunicorn.setting("proxy_protocol").kind == "words"
    assert gunicorn.setting("forwarded_allow_ips", (22, 0)).default == "127.0.0.1"
    assert gunicorn.setting("forwarded_allow_ips", (23, 0)).default == "127.0.0.1,::1"


def test_flags():
    assert gunicorn.by_flag("-w").name == "workers"
    assert gunicorn.by_flag("--log-file").name == "errorlog"
    assert gunicorn.by_flag("--nope") is None
    assert gunicorn.by_flag("--header-map", (21, 2)) is None
    assert [found.name for found in gunicorn.by_abbreviated_flag("--no-control-sock")] == [
        "control_socket_disable"
    ]
    assert len(gunicorn.by_abbreviated_flag("--max-req")) == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("access_logfile", "accesslog"),
        ("log_level", "loglevel"),
        ("keep_alive", "keepalive"),
        ("no_sendfile", "sendfile"),
        ("preload", "preload_app"),
        ("bind", None),
        ("nope", None),
    ],
)
def test_spellings_of_the_command_line(written, meant):
    assert gunicorn.cli_spelling(written) == meant


def test_workers():
    assert gunicorn.worker_known("eventlet", (25, 3))
    assert not gunicorn.worker_known("eventlet", (26,))
    assert not gunicorn.worker_known("uvicorn")
    assert "asgi" in gunicorn.workers(gunicorn.NEWEST)
