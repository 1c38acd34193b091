import pytest
from deploylint.vocabulary import defaults, nginx, systemd


@pytest.mark.parametrize(
    ("name", "context", "version", "value"),
    [
        ("client_max_body_size", "server", None, "1m"),
        ("client_max_body_size", None, None, "1m"),
        ("keepalive_timeout", "location", None, "75s"),
        ("keepalive_timeout", "upstream", None, "60s"),
        ("keepalive_timeout", None, None, None),
        ("keepalive_requests", "http", (1, 19, 10), "1000"),
        ("keepalive_requests", "http", (1, 19, 9), None),
        ("ssl_protocols", "server", (1, 27, 3), "TLSv1.2 TLSv1.3"),
        ("ssl_protocols", "server", (1, 26), None),
        ("accept_mutex", "events", (1, 10), None),
        ("proxy_buffers", "location", (1, 18), "8 4k|8k"),
        ("proxy_timeout", "stream-server", (1, 18), "10m"),
        ("client_max_body_size", "upstream", None, None),
        ("proxy_pass", "location", None, None),
        ("error_log", "main", None, None),
    ],
)
def test_nginx(name, context, version, value):
    assert defaults.nginx(name, context, version) == value


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("Service", "Restart", "no"),
        ("Service", "TimeoutStartSec", "90s; infinity with Type=oneshot"),
        ("Service", "NotifyAccess", "none; main with Type=notify"),
        ("Service", "UMask", "0022"),
        ("Service", "StandardOutput", "journal"),
        ("Service", "LimitNOFILE", "1024:524288"),
        ("Unit", "StartLimitBurst", "5"),
        ("Unit", "DefaultDependencies", "yes"),
        ("Timer", "AccuracySec", "1min"),
        ("Timer", "Persistent", "no"),
        ("Socket", "Accept", "no"),
        ("Service", "ExecStart", None),
        ("Service", "User", None),
        ("Nowhere", "Restart", None),
    ],
)
def test_systemd(section, name, value):
    assert defaults.systemd(section, name) == value


def test_defaults_are_of_names_that_there_are():
    assert set(defaults.NGINX) <= set(nginx.names())
    assert all(
        systemd.key(section, name).works_in(defaults.SYSTEMD_RELEASE)
        for section, keys in defaults.SYSTEMD.items()
        for name in keys
    )
