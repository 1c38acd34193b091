"""What depends on gunicorn's version."""

from deploylint import Severity
from deploylint.source import Source
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
