"""What a repository calls its files and writes into them breaks out of no report and moves no terminal."""

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from deploylint.diagnostic import Report
from deploylint.report.masking import masked
from deploylint.secrets import find
from deploylint.source import Source
from hostile.running import FORMATS, deploylint, write
from support import check_sources

NASTY = "x\x1b[31m\x1b]0;t\x07\u202e::error file=a::b%0A]]>&<b>[m](javascript:x){0}%s`\\\x85\u2028"
LINES = f'services:\n  "{NASTY.replace(chr(92), chr(92) * 2)}":\n    imag: "{NASTY.replace(chr(92), chr(92) * 2)}"\n'
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")
VALUE = "Wk5rJ2mHs8yNc4gPe6fT"


@pytest.fixture
def repository(tmp_path):
    name = NASTY.replace("/", "") + "\n::warning::z"
    write(
        tmp_path,
        {
            f"{name}.conf": f"server {{ {NASTY} on; listen 80\n::error::hi; }}\n",
            "compose.yaml": LINES.replace("\x85", "").replace("\x1b", "").replace("\x07", ""),
            "app.service": f"[Service]\n{NASTY}=1\nExecStart={NASTY}\nUser=::error::x\n",
            "supervisord.conf": f"[program:{NASTY}]\ncommand={NASTY}\nautostart={NASTY}\n",
            "uwsgi.ini": f"[uwsgi]\n{NASTY} = 1\nmaster = {NASTY}\n",
            "gunicorn.conf.py": f"{'bnd'} = 1\nworker_class = 'x\\x1b[31m\\n::error::x'\n",
            ".env": f"A={NASTY}\n{NASTY} b\nA=2\n",
            "Dockerfile": f"FROM {NASTY}\n{NASTY}\nCMD ['{NASTY}']\n",
        },
    )
    return tmp_path


@pytest.mark.parametrize("output_format", FORMATS)
def test_every_format(repository, output_format):
    _, out, err = deploylint(repository, "--isolated", "--pedantic", "--output-format", output_format, ".")
    assert not CONTROL.search(out.replace("\t", " ")), "a control character is in the report"
    assert not CONTROL.search(err)
    assert "internal error" not in out
    match output_format:
        case "github":
            assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in out.splitlines())
        case "junit":
            assert len(ET.fromstring(out)) > 0
        case "json" | "sarif" | "gitlab" | "rdjson":
            assert json.loads(out)
        case _:
            assert not any(line.startswith("::") for line in out.split("\n"))


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("selection", [(), ("--select", "env-name-repeated"), ("--ignore", "secret-in-file")])
def test_no_secret_whatever_is_selected(tmp_path, output_format, selection):
    write(
        tmp_path,
        {
            ".env": f"SECRET_KEY={VALUE}\nSECRET_KEY={VALUE}x\n",
            "compose.yaml": f'services:\n  web:\n    image: shop\n    environment:\n      - SECRET_KEY="{VALUE}"\n'
            f"      - DATABASE_URL=postgres://u:{VALUE}@localhost/x\n    depends_on: [{VALUE[:3]}]\n  db:\n    image: postgres\n",
            "app.service": f"[Service]\nEnvironment=SECRET_KEY={VALUE} bad\nExecStart=gunicorn --password {VALUE}\n",
            "supervisord.conf": f"[supervisorctl]\npasword={VALUE}\n[inet_http_server]\nport=*:9001\npassword={VALUE}\n"
            f"[program:a]\nenvironment=SECRET_KEY={VALUE};\ncommand=/a\n",
            "nginx.conf": f"server {{ proxy_set_header X-Api-Key {VALUE}; proxy_set_hedder Api_Key {VALUE}; }}\n",
            "gunicorn.conf.py": f'raw_env = ["SECRET_KEY={VALUE}"]\nsecret_key = "{VALUE}"\nbnd = "{VALUE}"\n',
            "uwsgi.ini": f"[uwsgi]\nenv = SECRET_KEY={VALUE}\nmaster = {VALUE}\n",
            "Dockerfile": f"FROM python\nENV SECRET_KEY={VALUE}\nCMD ['{VALUE}']\n",
        },
    )
    _, out, err = deploylint(
        tmp_path, "--isolated", "--pedantic", "--output-format", output_format, *selection, "."
    )
    lines = [line for line in (out + err).splitlines() if VALUE in line]
    # `bnd`, `master` and CMD have values that nothing tells to be secret, but the same value is one on another line.
    assert not lines


@pytest.mark.parametrize(
    "arguments",
    [
        ("map", "."), *(("map", "--output-format", name, ".") for name in ("json", "mermaid", "dot", "html")),
        *(("map", "--why", f"supervisord.conf:{line}", ".") for line in (2, 3)),
        ("explain", "connect() failed (111: Connection refused)", "."),
        ("explain", 'nginx: [emerg] unknown directive "x" in /etc/nginx/nginx.conf:1', "."),
        ("--statistics", "."), ("--diff", "."), ("--fix", "."), ("baseline", "."), ("settings",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_secret_in_what_other_commands_show(tmp_path, arguments):
    write(
        tmp_path,
        {
            "supervisord.conf": f'[program:a]\ncommand=gunicorn --token={VALUE} -b "127.0.0.1:80" a:b\n'
            f"environment=API_TOKEN={VALUE}\nautostrt=true\n",
            "nginx.conf": f"http {{ server {{ listen 80; proxy_pas http://u:{VALUE}@127.0.0.1:81; location / {{\n"
            f"proxy_pass http://127.0.0.1:81; proxy_set_header Authorization 'Bearer {VALUE}'; }} }} }}\n",
            "app.service": f"[Service]\nEnvironment=API_TOKEN={VALUE}\nUsre=x\nExecStart=gunicorn -b :81 --token={VALUE} a:b\n",
        },
    )
    _, out, err = deploylint(tmp_path, *arguments)
    assert VALUE not in out + err
    assert "internal error" not in out + err


def test_what_explain_quotes_is_no_markdown(tmp_path):
    """On a terminal, a link in a message would be drawn as one."""
    write(
        tmp_path,
        {
            "nginx.conf": "http { server { location / { proxy_pass http://unix:/run/[m](https://x.example/); } } }\n",
            "app.service": "[Service]\nExecStart=/srv/venv/bin/gunicorn --bind unix:/run/shop.sock shop:app\n",
        },
    )
    error = "connect() to unix:/run/a.sock failed (2: No such file or directory) while connecting to upstream"
    _, out, _ = deploylint(tmp_path, "explain", "--color", "always", error, ".")
    assert "[m](https" in out
    assert "\x1b" not in out


FIXTURES = Path(__file__).parents[2] / "fixtures"
SAMPLES = [
    (
        "compose.yaml",
        f"services:\n  web:\n    image: a\n    environment:\n      - API_TOKEN='{VALUE}$x'\n      - API_TOKEN=\"{VALUE}\"\n",
    ),
    (".env", f"export API_TOKEN={VALUE} # x\nAPI_TOKEN='{VALUE}\n"),
    ("supervisord.conf", f'[program:a]\ncommand=/a --token={VALUE}%\nenvironment=API_TOKEN="{VALUE}\n'),
    ("app.service", f'[Service]\nEnvironment="API_TOKEN={VALUE}\nExecStart=/a --api-key={VALUE} && b\n'),
    ("nginx.conf", f'server {{ set $api_key "{VALUE}; }}\n'),
    ("Dockerfile", f"FROM python\nENV API_TOKEN {VALUE}\nRUN export API_TOKEN={VALUE}\n"),
]


@pytest.mark.parametrize(("path", "text"), SAMPLES, ids=[path for path, _ in SAMPLES])
def test_no_words_quote_what_the_detector_takes_for_a_secret(path, text):
    """Some rules repeat a program's own words, which quote the whole value."""
    assert find(text)
    for words in said(path, text):
        assert VALUE not in words


def said(path, text):
    """Every text of every finding as reports get it."""
    for diagnostic in masked(Report(diagnostics=check_sources([Source(path, text)]))).diagnostics:
        finding = diagnostic.finding
        yield from (
            finding.message,
            finding.label,
            finding.help or "",
            *(label.text for label in finding.related),
        )


@pytest.mark.parametrize(
    "folder", [FIXTURES, os.environ.get("DEPLOYLINT_CORPUS")], ids=["fixtures", "corpus"]
)
def test_no_words_quote_a_secret_of_real_files(folder):
    if not folder:
        pytest.skip("DEPLOYLINT_CORPUS is not set")
    for path in sorted(Path(folder).rglob("*")):
        text = path.read_text(encoding="utf-8", errors="surrogateescape") if path.is_file() else ""
        secrets = [text[one.span.start : one.span.end] for one in find(text)] if len(text) < 200_000 else []
        for words in said(path.name, text) if secrets else ():
            assert not any(value in words for value in secrets)
