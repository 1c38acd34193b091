"""The map of the fixture deployments: what a person reads, and what programs parse."""

import json
import re
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from deploylint import engine
from deploylint.formats import FORMATS as FORMATS_OF_FILES
from deploylint.map import FORMATS, render, why
from deploylint.map.chart import chart
from deploylint.recognition import recognise
from deploylint.run import Request, run
from deploylint.source import Source
from support import all_rules, project_of

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"

DEPLOYMENT = {
    "nginx/site.conf": "server {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:5001;\n    }\n}\n",
    "systemd/app.service": (
        "[Service]\nUser=app\nWorkingDirectory=/srv/app\nRestart=on-failure\n"
        "ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 --timeout 90 wsgi:app\n"
    ),
}


def sources(texts=None):
    return [Source(path, text) for path, text in (texts or DEPLOYMENT).items()]


def charts(texts=None):
    project = project_of(sources(texts))
    diagnostics, problems = engine.check(project, [all_rules()["proxy-target-not-listening"]])
    assert not problems
    return [chart(deployment, diagnostics) for deployment in project.deployments]


def fixture_charts(name):
    outcome = run(Request(paths=(str(PROJECTS / name),), roots=(str(PROJECTS / name),)))
    return [chart(deployment, outcome.report.diagnostics) for deployment in outcome.project.deployments]


def test_text_shows_who_starts_whom_and_who_talks_to_whom():
    assert render("text", charts()) == (
        "deployment . (2 files)\n"
        "├─ nginx\n"
        "│  └─ server  [nginx/site.conf:1:1]\n"
        "│     ├─ listens on 0.0.0.0:80 (http)  [nginx/site.conf:2:5]\n"
        "│     ├─ /: http 127.0.0.1:5001 → 127.0.0.1:5001: nobody listens, waits for an answer 60 s  [nginx/site.conf:4:20]\n"
        "│     └─    error: nothing listens on 127.0.0.1:5001 [proxy-target-not-listening]\n"
        "└─ systemd\n"
        "   └─ app.service (gunicorn)  [systemd/app.service:5:11]\n"
        "      ├─ user app  [systemd/app.service:2:6]\n"
        "      ├─ in /srv/app  [systemd/app.service:3:18]\n"
        "      ├─ killed after 90 s (DefaultTimeoutStopSec of systemd)\n"
        "      ├─ restart on-failure  [systemd/app.service:4:9]\n"
        "      ├─ listens on 127.0.0.1:8000 (http)  [systemd/app.service:5:38]\n"
        "      ├─ application wsgi:app  [systemd/app.service:5:73]\n"
        "      ├─ timeout 90 s  [systemd/app.service:5:60]\n"
        "      ├─ lets requests end for 30 s (gunicorn default)\n"
        "      └─ workers 1 (gunicorn default)\n"
    )


def test_json_has_boxes_arrows_and_reasons():
    (deployment,) = json.loads(render("json", charts()))["deployments"]
    server = next(box for box in deployment["boxes"] if box["kind"] == "process")
    details = {detail["name"]: detail for detail in server["details"]}
    assert details["lets requests end for"]["why"] == "gunicorn default"
    assert details["timeout"]["at"] == {"path": "systemd/app.service", "line": 5, "column": 60}
    (arrow,) = deployment["arrows"]
    assert [found["rule"] for found in arrow["findings"]] == ["proxy-target-not-listening"]
    assert {arrow["from"], arrow["to"]} <= {box["id"] for box in deployment["boxes"]}


@pytest.mark.parametrize("project", sorted(path.name for path in PROJECTS.iterdir()))
@pytest.mark.parametrize("format", FORMATS)
def test_every_fixture_can_be_drawn(project, format):  # noqa: A002
    drawn = render(format, fixture_charts(project))
    assert project in drawn
    assert "\x1b" not in drawn


@pytest.mark.oracle("dot")
def test_dot_is_taken_by_graphviz():
    text = render("dot", fixture_charts("django-compose"))
    subprocess.run(["dot", "-Tsvg"], input=text, text=True, check=True, capture_output=True)


HOSTILE = {
    "nginx/site.conf": (
        'server {\n    listen 80;\n    server_name "</title><script>alert(1)</script>" "\x1b[31m";\n'
        '    location /a]"-- {\n        proxy_pass http://127.0.0.1:5001;\n    }\n}\n'
    ),
    "systemd/app.service": DEPLOYMENT["systemd/app.service"],
}


@pytest.mark.parametrize("format", FORMATS)
def test_text_of_the_files_cannot_break_out(format):  # noqa: A002
    drawn = render(format, charts(HOSTILE))
    assert "\x1b" not in drawn
    if format == "html":
        assert "<script" not in drawn
    if format == "json":
        json.loads(drawn)


class Page(HTMLParser):
    """Which tags a page has, and whether they are closed."""

    def __init__(self):
        super().__init__()
        self.tags = set()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in ("src", "href")
            assert "url(" not in (value or "")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()


def test_the_page_is_one_file_without_scripts():
    page = Page()
    page.feed(render("html", fixture_charts("django-compose")))
    assert not page.open
    assert {"svg", "path", "rect", "text"} <= page.tags
    assert "script" not in page.tags


def test_the_page_cuts_nothing_off_and_explains_what_is_unknown():
    page = render("html", fixture_charts("flask-supervisor"))
    assert "…" not in page
    assert "workers: unknown, it depends on the number of" in page
    assert "grey words tell what the files leave open" in page


def test_findings_stand_on_the_arrows_that_they_concern():
    (drawn,) = fixture_charts("chat-host")
    found = {arrow.label.partition(":")[0]: {one.rule for one in arrow.findings} for arrow in drawn.arrows}
    assert found["/"] >= {"upload-limit-too-small", "websockets-not-passed-on"}
    assert found["/export/"] >= {"proxy-timeout-too-short"}
    page = render("html", [drawn])
    listed = re.findall(r"<li class=\"\w+\">.*?<code>\S+ ([a-z-]+)</code>", page)
    on_arrows = [int(number) for number in re.findall(r'<text class="number"[^>]*>(\d+)</text>', page)]
    assert {listed[number - 1] for number in on_arrows} == found["/"] | found["/export/"]


def test_a_finding_goes_to_the_box_that_its_message_names():
    (drawn,) = fixture_charts("twins-host")
    titles = [
        box.title for box in drawn.boxes if "address-claimed-twice" in {one.rule for one in box.findings}
    ]
    assert titles == ["[program:shop-admin] (gunicorn)"]


def test_a_socket_of_systemd_is_shown_at_the_service_that_gets_it():
    text = render("text", fixture_charts("chat-host"))
    assert "gets /run/export.sock (from export.socket)" in text


@pytest.mark.oracle("chromium")
@pytest.mark.parametrize("project", ["django-compose", "chat-host", "gallery-compose"])
def test_the_page_is_drawn_in_a_browser(project, tmp_path):
    """The browser's own measures: every text lies inside its box, no two boxes overlap, every arrow ends at a box."""
    page, picture = tmp_path / "map.html", tmp_path / "map.png"
    page.write_text(render("html", fixture_charts(project)), encoding="utf-8")
    browse(tmp_path, f"--screenshot={picture}", "--window-size=1180,1300", page.as_uri())
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 20_000
    measured = page.read_text(encoding="utf-8").replace(CLOSED, "").replace("</body>", MEASURING)
    page.write_text(measured, encoding="utf-8")
    seen = browse(tmp_path, "--dump-dom", page.as_uri()).decode()
    faults = json.loads(unescape(re.search(r'<pre id="faults">(.*?)</pre>', seen, re.DOTALL)[1]))
    assert faults == []


def browse(folder, *arguments):
    """Headless Chromium without any network."""
    options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
        "--disable-component-update", "--no-first-run", "--proxy-server=127.0.0.1:9", f"--user-data-dir={folder}/profile",
    ]  # fmt: skip
    done = subprocess.run(["chromium", *options, *arguments], check=True, capture_output=True, timeout=120)
    return done.stdout


CLOSED = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
MEASURING = """<pre id="faults"></pre><script>
const faults = [], boxes = [...document.querySelectorAll("svg rect")].map(r => r.getBBox());
for (const g of document.querySelectorAll("svg > g")) {
  const rect = g.querySelector("rect");
  if (!rect) continue;
  const box = rect.getBBox();
  for (const text of g.querySelectorAll("text")) {
    const t = text.getBBox();
    if (t.x < box.x || t.x + t.width > box.x + box.width || t.y + t.height > box.y + box.height + 1)
      faults.push("outside: " + text.textContent);
  }
}
boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
  if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height) faults.push("overlap");
}));
for (const head of document.querySelectorAll("svg path.head")) {
  const p = head.getBBox(), x = p.x + p.width, y = p.y + p.height / 2;
  if (!boxes.some(b => Math.abs(b.x - x) < 2 && b.y <= y && y <= b.y + b.height)) faults.push("an arrow to nowhere");
}
document.getElementById("faults").textContent = JSON.stringify(faults);
</script></body>"""


def test_why_tells_where_a_value_comes_from():
    project = project_of(sources())
    text = why.explain(project.deployments, "systemd/app.service", 5)
    assert re.search(r"timeout 90 s: written at systemd/app\.service:5:60", text)
    text = why.explain(project.deployments, "nginx/site.conf", 4)
    assert "waits for an answer 60 s: nginx default" in text
    assert "127.0.0.1:5001 (nobody listens there): written at nginx/site.conf:4:20" in text


def test_programs_of_a_supervisord_in_a_container_are_shown_there():
    texts = {
        "compose.yaml": "services:\n  app:\n    build: .\n",
        "Dockerfile": 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["supervisord", "-n", "-c", "/app/supervisord.conf"]\n',
        "supervisord.conf": "[supervisord]\n[program:work]\ncommand=/venv/bin/celery -A shop worker\n",
    }
    (deployment,) = project_of(sources(texts)).deployments
    groups = {box.title: box.group for box in chart(deployment, ()).boxes}
    assert groups["[program:work] (celery)"] == "container app"


WHY = {
    "nginx/site.conf": (
        "proxy_read_timeout 20s;\nserver {\n    listen 80;\n    client_max_body_size 5m;\n    location / {\n"
        "        proxy_read_timeout 90s;\n        proxy_set_header Host $host;\n"
        "        proxy_pass http://127.0.0.1:8000;\n    }\n    location /static { root /srv/shop; }\n}\n"
    ),
    "systemd/web.service": (
        "[Service]\nUser=shop\nUMask=0007\nEnvironment=SHOP_PASSWORD=a9f8a7s6df87as6df8a76sdf MODE=a\n"
        "EnvironmentFile=/etc/shop/deploy.env\nWorkingDirectory=/srv/shop\nTimeoutStopSec=20\n"
        "ExecStart=/srv/venv/bin/gunicorn -c /srv/shop/gunicorn.conf.py --timeout 60 shop.wsgi\n"
    ),
    "systemd/web.service.d/user.conf": "[Service]\nUser=other\n",
    "systemd/web.socket": "[Socket]\nListenStream=/run/web.sock\nSocketMode=0660\n",
    "shop/deploy.env": "LEVEL=3\n",
    "gunicorn.conf.py": "timeout = 30\nkeepalive = 5\n",
    "supervisor/shop.conf": (
        "[program:work]\ncommand=/srv/venv/bin/celery -A shop worker\nstopwaitsecs=30\nstopwaitsecs=60\n"
    ),
    "compose.yaml": (
        "services:\n  web:\n    build: .\n    command: gunicorn -b 0.0.0.0:${PORT} shop.wsgi\n"
        "    env_file: web.env\n    ports: ['80:8000']\n    user: '10'\n"
    ),
    "compose.override.yaml": "services:\n  web:\n    user: '11'\n",
    ".env": "PORT=8000\n",
    "web.env": "QUEUE=1\n",
    "Dockerfile": "FROM python:3.12\nWORKDIR /app\n",
    "Procfile": "jobs: celery -A shop worker\n",
    "uwsgi.ini": "[uwsgi]\nsocket = :3031\nharakiri = 20\n",
}
SAID = [
    ("nginx/site.conf", 1, "proxy_read_timeout of proxy_pass /: the one at nginx/site.conf:6:9 holds"),
    ("nginx/site.conf", 3, "listens on 0.0.0.0:80 (http): written at nginx/site.conf:3:5"),
    ("nginx/site.conf", 4, "takes bodies up to 5242880 bytes: written at nginx/site.conf:4:5"),
    ("nginx/site.conf", 6, "waits for an answer 90 s: written at nginx/site.conf:6:9"),
    ("nginx/site.conf", 7, "sets the headers connection, host: written at nginx/site.conf:7:9"),
    ("nginx/site.conf", 10, "folder /srv/shop: written at nginx/site.conf:10:29"),
    (
        "systemd/web.service",
        2,
        "User of web.service: replaced by other at systemd/web.service.d/user.conf:2:6",
    ),
    ("systemd/web.service", 3, "umask 0007: written at systemd/web.service:3:7"),
    ("systemd/web.service", 4, "SHOP_PASSWORD = (a secret): written at systemd/web.service:4:13"),
    ("systemd/web.service", 4, "MODE = a: written at"),
    ("systemd/web.service", 5, "reads /etc/shop/deploy.env"),
    ("systemd/web.service", 8, "timeout 60 s: written at systemd/web.service:8:64"),
    ("systemd/web.service.d/user.conf", 2, "user other: written at systemd/web.service.d/user.conf:2:6"),
    ("systemd/web.socket", 2, "listens on /run/web.sock"),
    ("systemd/web.socket", 3, "mode 0660: written at systemd/web.socket:3:12"),
    ("shop/deploy.env", 1, "LEVEL = 3: written at shop/deploy.env:1:1"),
    ("gunicorn.conf.py", 1, "timeout of web.service: the one at systemd/web.service:8:64 holds"),
    ("gunicorn.conf.py", 2, "keepalive 5: written at gunicorn.conf.py:2:1"),
    ("supervisor/shop.conf", 2, "stop signal TERM: supervisor default"),
    (
        "supervisor/shop.conf",
        3,
        "stopwaitsecs of [program:work]: replaced by 60 at supervisor/shop.conf:4:14",
    ),
    ("compose.yaml", 4, "listens on 0.0.0.0:8000 (http): written at compose.yaml:4:23"),
    ("compose.yaml", 6, "container port 8000: written at compose.yaml:6:13"),
    ("compose.yaml", 7, "user of service web: replaced by 11 at compose.override.yaml:3:11"),
    ("web.env", 1, "QUEUE = 1: QUEUE in web.env, used at compose.yaml:5:15"),
    ("Dockerfile", 2, "in /app: written at Dockerfile:2:9"),
    ("Procfile", 1, "Procfile"),
    ("uwsgi.ini", 3, "timeout 20 s: written at uwsgi.ini:3:12"),
]


@pytest.mark.parametrize(("path", "line", "said"), SAID)
def test_why_explains_the_values_of_every_format(path, line, said):
    assert said in why.explain(project_of(sources(WHY)).deployments, path, line)


def test_why_shows_no_secret():
    text = why.explain(project_of(sources(WHY)).deployments, "systemd/web.service", 4)
    assert "a9f8a7s6" not in text


def test_every_format_of_processes_is_explained():
    assert {recognise(path, WHY[path]) for path, _, _ in SAID} >= {*FORMATS_OF_FILES} - {"shell"}


@pytest.mark.parametrize("place", ["nginx/site.conf", "nginx/site.conf:x", ":3"])
def test_why_wants_a_place(place):
    with pytest.raises(why.UnknownPlaceError):
        why.place(place)


@pytest.mark.parametrize(
    ("path", "line"), [("other.conf", 1), ("nginx/site.conf", 99), ("nginx/site.conf", 0)]
)
def test_why_knows_its_files(path, line):
    with pytest.raises(why.UnknownPlaceError):
        why.explain(project_of(sources()).deployments, path, line)
