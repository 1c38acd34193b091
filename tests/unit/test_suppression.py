"""What comments cover, format by format, and what is said of them."""

import pytest
from deploylint import suppression
from deploylint.fixing import apply_edits
from deploylint.source import Source
from support import all_rules, check_sources, project_of


def same(name):
    return name


def only(path, text, present=same):
    (found,) = suppression.read(project_of([Source(path, text)]).documents, present)
    return found, text[found.covers.start : found.covers.end]


@pytest.mark.parametrize(
    ("path", "text", "covered"),
    [
        ("a.service", "[Service]\n# deploylint: ignore[x]\nA=1\nB=2\n", "A=1"),
        ("a.service", "[Service]\n; deploylint: ignore[x]\n\n# more\nA=1 \\\n 2\nB=2\n", "A=1 \\\n 2"),
        ("a.service", "# deploylint: ignore[x]\n[Service]\nA=1\n", "[Service]"),
        ("a.service", "[Service]\n# deploylint: ignore[x]\r\nA=1\r\n", "A=1"),
        ("a.service", "[Service]\n# deploylint: ignore[x]", "# deploylint: ignore[x]"),
        ("nginx/a.conf", "# deploylint: ignore[x]\nlisten\n  80;\nroot /;\n", "listen\n  80"),
        (
            "nginx/a.conf",
            "server {\n listen 80; # deploylint: ignore[x] why\n root /;\n}\n",
            " listen 80; # deploylint: ignore[x] why",
        ),
        ("supervisor/a.conf", "[program:a]\n; deploylint: ignore[x]\ncommand=a\n", "command=a"),
        ("compose.yaml", "services:\n  # deploylint: ignore[x]\n  web:\n    image: a\n", None),
        ("Dockerfile", "FROM a\n# deploylint: ignore[x]\nCMD a\n", "CMD a"),
        (".env", "# deploylint: ignore[x]\nA=1\n", "A=1"),
        ("gunicorn.conf.py", "# deploylint: ignore[x]\nbind = 'a'\n", "bind = 'a'"),
        ("gunicorn.conf.py", "# deploylint: ignore[x]\n@a\ndef f():\n    pass\n", "@a\ndef f():"),
        (
            "gunicorn.conf.py",
            "def f():\n    # deploylint: ignore[x]\n\n    return 1\nbind = 'a'\n",
            "    return 1",
        ),
        ("uwsgi.ini", "[uwsgi]\n# deploylint: ignore[x]\nhttp = :80\n", "http = :80"),
        ("Procfile", "# deploylint: ignore[x]\nweb: a\n", "web: a"),
        ("start.sh", "#!/bin/sh\n# deploylint: ignore[x]\nexec a\n", "exec a"),
    ],
)
def test_covered(path, text, covered):
    found, shown = only(path, text)
    assert list(found.rules) == ["x"]
    if covered is None:
        assert "web:" in shown
    else:
        assert shown.rstrip("\r\n") == covered


@pytest.mark.parametrize(
    ("comment", "names"),
    [
        ("# deploylint: ignore[a, b] reason", ["a", "b"]),
        ("# deploylint:ignore[a,b]", ["a", "b"]),
        ("# deploylint: ignore[ a  b , c ]", ["a", "b", "c"]),
        ("# well, deploylint: ignore[a] and so on", ["a"]),
        ("# deploylint: ignore", []),
        ("# deploylint: ignore all", []),
    ],
)
def test_names(comment, names):
    found, _ = only("a.service", f"[Service]\n{comment}\nA=1\n")
    assert list(found.rules) == names
    assert [found.document.source.text[s.start : s.end] for s in found.rules.values()] == names


@pytest.mark.parametrize(
    "comment", ["# deploylint: ignored[a]", "# deploylint reads it", "# deploylint: select[a]", "# ignore[a]"]
)
def test_other_comments(comment):
    documents = project_of([Source("a.service", f"[Service]\n{comment}\nA=1\n")]).documents
    assert suppression.read(documents, same) == []


def test_no_comment_no_suppression():
    documents = project_of([Source("a.service", "[Service]\nA=deploylint: ignore[x]\n")]).documents
    assert suppression.read(documents, same) == []


def test_a_former_name_silences():
    found, _ = only(
        "a.service", "[Service]\n# deploylint: ignore[old]\nA=1\n", lambda name: {"old": "new"}[name]
    )
    assert list(found.rules) == ["new"]


def unused(path, text):
    rules = [all_rules()["unused-suppression"], all_rules()["unknown-rule-in-suppression"]]
    return check_sources([Source(path, text)], rules)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "a.service",
            "[Service]\n# deploylint: ignore[systemd-unknown-key]\nUser=a\n",
            "[Service]\nUser=a\n",
        ),
        ("a.service", "[Service]\n# deploylint: ignore[systemd-unknown-key]", "[Service]\n"),
        (
            "a.service",
            "[Service]\r\n; deploylint: ignore[systemd-unknown-key] why\r\nUser=a\r\n",
            "[Service]\r\nUser=a\r\n",
        ),
        (
            "a.service",
            "[Service]\n# deploylint: ignore[systemd-trailing-comment, systemd-unknown-key] why\nUsre=a\n",
            "[Service]\n# deploylint: ignore[systemd-unknown-key] why\nUsre=a\n",
        ),
        (
            "a.service",
            "[Service]\n# deploylint: ignore[systemd-unknown-key,systemd-trailing-comment] why\nUsre=a\n",
            "[Service]\n# deploylint: ignore[systemd-unknown-key] why\nUsre=a\n",
        ),
        (
            "nginx/a.conf",
            "server {\n  listen 80;  # deploylint: ignore[nginx-unknown-directive]\n}\n",
            "server {\n  listen 80;\n}\n",
        ),
        (
            "uwsgi.xml",
            "<uwsgi>\n  <!-- deploylint: ignore[uwsgi-unknown-option] -->\n  <master>true</master>\n</uwsgi>\n",
            "<uwsgi>\n  <master>true</master>\n</uwsgi>\n",
        ),
        ("a.service", "[Service]\n# deploylint: ignore[no-such-thing] why\nUser=a\n", "[Service]\nUser=a\n"),
        ("a.service", "[Service]\n# deploylint: ignore[]\nUser=a\n", "[Service]\nUser=a\n"),
        (
            "a.service",
            "[Service]\n# deploylint: ignore[no-such-thing, systemd-unknown-key] why\nUsre=a\n",
            "[Service]\n# deploylint: ignore[systemd-unknown-key] why\nUsre=a\n",
        ),
        (
            "a.service",
            "[Service]\n# deploylint: ignore[systemd-unkown-key]\nUsre=a\n",
            "[Service]\n# deploylint: ignore[systemd-unknown-key]\nUsre=a\n",
        ),
    ],
)
def test_the_fix_leaves_what_is_needed_and_nothing_else(path, before, after):
    (diagnostic,) = unused(path, before)
    assert apply_edits(diagnostic.finding.fix.edits) == {path: after}
    assert unused(path, after) == []


def test_silenced_findings_are_kept_apart():
    text = "[Service]\n# deploylint: ignore[systemd-unknown-key]\nUsre=a\n"
    assert check_sources([Source("a.service", text)], [all_rules()["systemd-unknown-key"]]) == []
    bare = text.replace("deploylint: ", "")
    assert len(check_sources([Source("a.service", bare)], [all_rules()["systemd-unknown-key"]])) == 1
