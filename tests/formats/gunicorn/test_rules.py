"""What depends on gunicorn's version, and what holds for any text."""

from deploylint import Severity
from deploylint.source import Source
from hypothesis import given, settings
from hypothesis import strategies as st
from support import all_rules, check_sources


def found(rule, text, targets=None):
    return check_sources([Source("gunicorn.conf.py", text)], [all_rules()[rule]], targets)


def test_a_worker_that_was_removed():
    rule, text = "gunicorn-unknown-worker-class", 'worker_class = "eventlet"\n'
    assert [one.severity for one in found(rule, text)] == [Severity.WARNING]
    assert [one.severity for one in found(rule, text, {"gunicorn": (26, 0, 0)})] == [Severity.ERROR]
    assert not found(rule, text, {"gunicorn": (23, 0, 0)})


def test_settings_come_and_go():
    rule = "gunicorn-setting-not-in-version"
    assert found(rule, 'wsgi_app = "shop:app"\n', {"gunicorn": (20, 0)})
    assert not found(rule, 'wsgi_app = "shop:app"\n', {"gunicorn": (20, 1)})
    text = "tolerate_dangerous_framing = True\n"
    assert found(rule, text)[0].finding.help == "it was removed in 23.0.0; delete the line"
    assert not found(rule, text, {"gunicorn": (22, 0, 0)})


NAMES = [
    "bind",
    "workers",
    "reload",
    "raw_env",
    "loglevel",
    "worker_class",
    "control_socket",
    "post_fork",
    "x",
    "worker",
]
VALUES = [
    "1",
    "None",
    "'a'",
    "['a', 1]",
    "{'a': x}",
    "x",
    "bind",
    "lambda a: 1",
    "os.environ.get('A')",
    "(",
    "f'{x}'",
    "x = 1",
]
FORMS = [
    "{0} = {1}",
    "{0}, x = {1}, 2",
    "{0} += {1}",
    "def {0}(a, *b): return {1}",
    "import {0}",
    "if {1}:",
    "    {0} = {1}",
    "class {0}:",
]
LINES = st.builds(str.format, st.sampled_from(FORMS), st.sampled_from(NAMES), st.sampled_from(VALUES))


@given(st.lists(LINES, max_size=8).map("\n".join))
@settings(max_examples=300, deadline=None)
def test_no_rule_fails_on_any_file(text):
    rules = [
        rule
        for name, rule in all_rules().items()
        if name.startswith("gunicorn-") and rule.subject == "gunicorn"
    ]
    assert len(rules) > 10
    for one in check_sources([Source("gunicorn.conf.py", text)], rules):
        assert "\n" not in one.finding.message
        assert one.at.span.start <= one.at.span.end <= len(text)


def test_a_manifest_above_the_working_folder_counts():
    unit = "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/srv/venv/bin/gunicorn -k gevent shop:app\n"

    def helps(requirements):
        sources = [Source("web.service", unit), Source("../requirements.txt", requirements)]
        return [one.finding.help for one in check_sources(sources, [all_rules()["worker-package-missing"]])]

    assert helps("gunicorn\n") == ["add gevent to ../requirements.txt"]
    assert helps("gunicorn\ngevent\n") == []
