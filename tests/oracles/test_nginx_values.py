"""Times, sizes and flags against nginx itself."""

import subprocess

import pytest
from deploylint.values.booleans import parse_nginx_flag
from deploylint.values.durations import parse_nginx_milliseconds, parse_nginx_seconds
from deploylint.values.errors import InvalidValue
from deploylint.values.sizes import parse_nginx_offset, parse_nginx_size

pytestmark = pytest.mark.oracle("nginx")

TIMES = [
    "5", "5s", "5m", "5ms", "1h30m", "1h 30m", "30m1h", "5s5s", "60ss", "10y", "1M", "1y2M3w4d5h6m7s", "s", "5ds", "30 ",
    "30 5", "30 5s", "5s 5", "5s5", "5ms5", "5 m", "1d 5ms", " 5", "-5", "+5", "5x", "1.5s", "1m5", "5 5 5", "h", "5s ",
    "99999999999999999999", "106751991168d", "9223372036854775807", "9223372036854775", "9223372036854776",
]  # fmt: skip
SIZES = [
    "5",
    "5k",
    "5K",
    "5m",
    "5G",
    "5kb",
    "k",
    "1.5m",
    "-1",
    "+1",
    "5 k",
    "99999999999999999999",
    "9007199254740992k",
    "007",
]


def accepts(parse, text):
    try:
        parse(text)
    except InvalidValue:
        return False
    return True


@pytest.mark.parametrize(
    ("directive", "parse", "values"),
    [
        ("client_body_timeout", parse_nginx_milliseconds, TIMES),
        ("ssl_session_timeout", parse_nginx_seconds, TIMES),
        ("client_body_buffer_size", parse_nginx_size, SIZES),
        ("client_max_body_size", parse_nginx_offset, SIZES),
        ("tcp_nopush", parse_nginx_flag, ["on", "OFF", "yes", "1", "true", "oN"]),
    ],
)
def test_values(directive, parse, values, tmp_path):
    config = tmp_path / "nginx.conf"
    for text in values:
        config.write_text(
            f'events {{}}\nhttp {{ {directive} "{text}"; server {{ listen 18999; }} }}\n', encoding="utf-8"
        )
        command = ["nginx", "-t", "-q", "-c", str(config), "-g", f"pid {tmp_path}/pid; error_log stderr;"]
        run = subprocess.run(command, capture_output=True, check=False)
        assert accepts(parse, text) == (run.returncode == 0), text
