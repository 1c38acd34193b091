"""What rules say that supervisor does in silence, or with a warning that nobody sees: asked of its own classes."""

import pytest
from deploylint.source import Source
from support import all_rules, check_sources

pytestmark = pytest.mark.oracle("supervisor")
options = pytest.importorskip("supervisor.options")
datatypes = pytest.importorskip("supervisor.datatypes")
process = pytest.importorskip("supervisor.process")
supervisord = pytest.importorskip("supervisor.supervisord")


@pytest.fixture
def supervisor(tmp_path, monkeypatch):
    """Its options after it has read a text; folders need not exist."""
    for module in (options, datatypes):
        for name in ("existing_directory", "existing_dirpath"):
            monkeypatch.setattr(module, name, lambda value: value, raising=False)
    readers = []

    def read(text):
        (tmp_path / "supervisord.conf").write_text(text, encoding="utf-8")
        reader = options.ServerOptions()
        readers.append(reader)
        reader.environ_expansions = {"ENV_PATH": "/bin"}
        reader.configfile = str(tmp_path / "supervisord.conf")
        reader.here = str(tmp_path)
        reader.process_config(do_usage=False)
        return reader

    yield read
    for reader in readers:
        reader.poller.close()


def found(name, text):
    return [item.finding for item in check_sources([Source("supervisord.conf", text)], [all_rules()[name]])]


WARNED = [
    ("supervisor-stderr-log-ignored", "redirect_stderr=true\nstderr_logfile=/x/y", True),
    ("supervisor-stderr-log-ignored", "redirect_stderr=true\nstderr_logfile=NONE", False),
    ("supervisor-stderr-log-ignored", "redirect_stderr=true\nstderr_logfile=AUTO", False),
    ("supervisor-stderr-log-ignored", "stderr_logfile=/x/y", False),
    ("supervisor-log-without-limit", "stdout_logfile_maxbytes=0", True),
    ("supervisor-log-without-limit", "stdout_logfile=AUTO\nstdout_logfile_maxbytes=0KB", True),
    ("supervisor-log-without-limit", "stdout_logfile=NONE\nstdout_logfile_maxbytes=0", False),
    ("supervisor-log-without-limit", "stdout_logfile=/x/y\nstdout_logfile_maxbytes=0", False),
]


@pytest.mark.parametrize(("name", "lines", "warned"), WARNED)
def test_the_rule_repeats_the_warning(supervisor, name, lines, warned):
    text = f"[supervisord]\n[program:a]\ncommand=/bin/cat\n{lines}\n"
    warnings = supervisor(text).parse_warnings
    findings = found(name, text)
    assert bool(findings) == warned
    assert {finding.message for finding in findings} == set(warnings)


COMMANDS = [
    ("supervisor-unparsable-command", '/bin/sh -c "cd / ; ls"', options.BadCommand),
    ("supervisor-unparsable-command", '/bin/sh -c "cd /;ls" ; list', None),
    ("supervisor-unparsable-command", "/bin/echo it's", options.BadCommand),
    ("supervisor-relative-command", "bin/cat", options.NotFound),
    ("supervisor-relative-command", "/bin/cat", None),
    ("supervisor-relative-command", "cat", None),
]


@pytest.mark.parametrize(("name", "command", "error"), COMMANDS)
def test_commands_that_are_never_started(supervisor, name, command, error):
    text = f"[supervisord]\n[program:a]\ndirectory=/\ncommand={command}\n"
    config = supervisor(text).process_group_configs[0].process_configs[0]
    if error is None:
        process.Subprocess(config).get_execv_args()
    else:
        with pytest.raises(error):
            process.Subprocess(config).get_execv_args()
    assert bool(found(name, text)) == (error is not None)


@pytest.mark.parametrize(
    ("command", "broken"),
    [("/bin/echo \\\n  one", True), ("/bin/echo\n  one", False), ('/bin/sh -c "a \\\n  b"', False)],
)
def test_a_backslash_puts_a_line_feed_before_the_next_argument(supervisor, command, broken):
    text = f"[supervisord]\n[program:a]\ncommand={command}\n"
    config = supervisor(text).process_group_configs[0].process_configs[0]
    _, arguments = process.Subprocess(config).get_execv_args()
    assert any(argument.startswith("\n") for argument in arguments) == broken
    assert bool(found("supervisor-backslash-continuation", text)) == broken


def test_of_two_groups_with_one_name_the_first_is_started(supervisor):
    text = (
        "[supervisord]\n[program:mail]\ncommand=/bin/cat\n"
        "[eventlistener:mail]\ncommand=/bin/echo\nevents=TICK_5\n"
    )
    reader = supervisor(text)
    reader.make_logger = lambda: None
    daemon = supervisord.Supervisor(reader)
    added = [
        (type(config).__name__, daemon.add_process_group(config)) for config in reader.process_group_configs
    ]
    assert added == [("EventListenerPoolConfig", True), ("ProcessGroupConfig", False)]
    (finding,) = found("supervisor-group-name-taken", text)
    assert finding.at.text == "program:mail"


def test_a_program_in_two_groups_runs_twice(supervisor):
    text = "[supervisord]\n[program:a]\ncommand=/bin/cat\n[group:x]\nprograms=a\n[group:y]\nprograms=a\n"
    groups = {
        group.name: [one.name for one in group.process_configs]
        for group in supervisor(text).process_group_configs
    }
    assert groups == {"x": ["a"], "y": ["a"]}
    assert found("supervisor-program-in-two-groups", text)


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [("a.conf,", True), ("c/**.conf", False), ("~/a.conf", True), ('"a.conf"', True), ("a.conf", False)],
)
def test_patterns_that_match_nothing(supervisor, tmp_path, pattern, wrong):
    (tmp_path / "a.conf").write_text("[program:a]\ncommand=/bin/cat\n", encoding="utf-8")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "b.conf").write_text("[program:b]\ncommand=/bin/cat\n", encoding="utf-8")
    text = f"[supervisord]\n[include]\nfiles={pattern}\n"
    assert any("No file matches" in warning for warning in supervisor(text).parse_warnings) == wrong
    if "**" not in pattern:
        assert bool(found("supervisor-include-pattern", text)) == wrong


def test_supervisor_puts_in_no_shell_variables(supervisor):
    text = '[supervisord]\n[program:a]\ncommand=/bin/cat\nenvironment=PATH="/opt/bin:$PATH"\ndirectory=~/x\n'
    config = supervisor(text).process_group_configs[0].process_configs[0]
    assert config.environment["PATH"] == "/opt/bin:$PATH"
    assert config.directory == "~/x"
    assert len(found("supervisor-literal-variable", text)) == 2


@pytest.mark.parametrize("sample", ["sample.conf"])
def test_the_sample_file_of_supervisor_is_clean(sample):
    from importlib.resources import files

    text = files("supervisor").joinpath("skel", sample).read_text(encoding="utf-8")
    assert not [item for item in check_sources([Source("supervisord.conf", text)]) if item.severity.rank < 2]


@pytest.mark.parametrize(("variable", "starts"), [("SHOP_PORT", False), ("PATH", True)])
@pytest.mark.parametrize(
    "section",
    ["[program:a]\ncommand=/bin/echo {}", "[unix_http_server]\nfile=/tmp/x\nusername=a\npassword={}"],
)
def test_a_variable_that_supervisord_does_not_get_ends_the_start(supervisor, section, variable, starts):
    text = "[supervisord]\n" + section.format(f"%(ENV_{variable})s") + "\n"
    problem = None
    try:
        supervisor(text)
    except ValueError as error:
        problem = str(error)
    assert (problem is None) == starts
    unit = Source(
        "supervisord.service", "[Service]\nExecStart=/usr/bin/supervisord -n -c /srv/supervisord.conf\n"
    )
    sources = [Source("supervisord.conf", text), unit]
    assert (not check_sources(sources, [all_rules()["supervisord-variable-missing"]])) == starts
    if problem is not None:
        assert "which cannot be expanded" in problem
