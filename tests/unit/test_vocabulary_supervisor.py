import pytest
from deploylint.vocabulary import supervisor


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("program:web", "program"),
        ("fcgi-program:web", "fcgi-program"),
        ("supervisord", "supervisord"),
        ("inet_http_server", "inet_http_server"),
        ("inet_http_server_old", "inet_http_server"),
        ("Program:web", None),
        ("program", None),
        ("rpcinterface", None),
    ],
)
def test_kinds_of_sections(section, kind):
    assert supervisor.section_kind(section) == kind


def test_options():
    assert supervisor.option("program", "AutoStart").default == "true"
    assert supervisor.option("eventlistener", "priority").default == "-1"
    assert supervisor.option("program", "stdout_syslog").since == (4, 0, 0)
    assert supervisor.option("program", "command").required
    assert supervisor.option("program", "events") is None
    assert supervisor.kinds_with("socket_backlog") == ("fcgi-program",)
    assert supervisor.supervisor_2("program", "logfile") == "stdout_logfile"
    assert supervisor.free_options("rpcinterface")
    assert supervisor.event_type("tick_60")
