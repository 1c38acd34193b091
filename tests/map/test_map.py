"""The map of the fixture deployments: what a person reads, and what programs parse."""

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from deploylint import engine
from deploylint.map import FORMATS, render, why
from deploylint.map.chart import chart
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
        "│     ├─ /: http 127.0.0.1:5001 → 127.0.0.1:5001: nobody listens  [nginx/site.conf:4:20]\n"
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


@pytest.mark.oracle("chromium")
def test_the_page_is_drawn_in_a_browser(tmp_path):
    page, picture = tmp_path / "map.html", tmp_path / "map.png"
    page.write_text(render("html", fixture_charts("django-compose")), encoding="utf-8")
    subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-sync", "--disable-component-update", "--no-first-run", f"--user-data-dir={tmp_path}/profile",
            f"--screenshot={picture}", "--window-size=1120,1400", page.as_uri(),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert picture.stat().st_size > 20_000


def test_why_tells_where_a_value_comes_from():
    project = project_of(sources())
    text = why.explain(project.deployments, "systemd/app.service", 5)
    assert re.search(r"timeout 90 s: written at systemd/app\.service:5:60", text)
    text = why.explain(project.deployments, "nginx/site.conf", 4)
    assert "waits for an answer 60 s: nginx default" in text
    assert "reaches: nobody listens there" in text


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
