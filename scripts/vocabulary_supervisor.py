"""Make `vocabulary/data/supervisor.py`: sections and options of supervisor.

    python scripts/vocabulary_supervisor.py                 from the facts alone
    python scripts/vocabulary_supervisor.py --git DIR       read again when each option came; DIR is a clone

`supervisor/options.py` is read as text. The kinds of the values are those of its converters; where it has none
(`command`, `user`) they are from the documentation.
"""

import argparse
import re
import subprocess
from typing import Any

from vocabulary_files import module_text, read_facts, write_facts, write_module

OLDEST = (3, 0)

# option: kind, default. `-` is no default.
OUTPUT = """
    {0}_capture_maxbytes: bytes, 0
    {0}_events_enabled: boolean, false
    {0}_logfile: log, AUTO
    {0}_logfile_backups: integer, 10
    {0}_logfile_maxbytes: bytes, 50MB
    {0}_syslog: boolean, false
"""
PROGRAM = f"""
    autorestart: autorestart, unexpected
    autostart: boolean, true
    command: command, -
    directory: path, -
    environment: environment, -
    exitcodes: exit-codes, 0
    killasgroup: boolean, -
    numprocs: integer, 1
    numprocs_start: integer, 0
    priority: integer, 999
    process_name: template, %(program_name)s
    redirect_stderr: boolean, false
    serverurl: url, -
    startretries: integer, 3
    startsecs: integer, 1
    stopasgroup: boolean, false
    stopsignal: signal, TERM
    stopwaitsecs: integer, 10
    umask: octal, -
    user: user, -
    {OUTPUT.format("stdout").strip()}
    {OUTPUT.format("stderr").strip()}
"""
SECTIONS = {
    "supervisord": """
        childlogdir: existing-directory, -
        directory: existing-directory, -
        environment: environment, -
        identifier: string, supervisor
        logfile: path, supervisord.log
        logfile_backups: integer, 10
        logfile_maxbytes: bytes, 50MB
        loglevel: loglevel, info
        minfds: integer, 1024
        minprocs: integer, 200
        nocleanup: boolean, false
        nodaemon: boolean, false
        pidfile: path, supervisord.pid
        silent: boolean, false
        strip_ansi: boolean, false
        umask: octal, 022
        user: user, -
    """,
    "supervisorctl": """
        history_file: path, -
        password: string, -
        prompt: string, supervisor
        serverurl: url, http://localhost:9001
        username: string, -
    """,
    "unix_http_server": """
        chmod: octal, 0700
        chown: owner, -
        file: path, -
        password: password, -
        username: string, -
    """,
    "inet_http_server": """
        password: password, -
        port: address, -
        username: string, -
    """,
    "include": "files: globs, -",
    "group": """
        priority: integer, 999
        programs: names, -
    """,
    "program": PROGRAM,
    "fcgi-program": f"""{PROGRAM}
        socket: socket, -
        socket_backlog: backlog, -
        socket_mode: octal, 0700
        socket_owner: owner, -
    """,
    "eventlistener": f"""{PROGRAM}
        buffer_size: integer, 10
        events: events, -
        result_handler: factory, supervisor.dispatchers:default_handler
    """,
    "rpcinterface": "supervisor.rpcinterface_factory: factory, -",
    "ctlplugin": "supervisor.ctl_factory: factory, -",
}
DIFFERENT_DEFAULTS = {("eventlistener", "priority"): "-1"}
REQUIRED = {
    ("unix_http_server", "file"),
    ("inet_http_server", "port"),
    ("include", "files"),
    ("group", "programs"),
    ("program", "command"),
    ("fcgi-program", "command"),
    ("fcgi-program", "socket"),
    ("eventlistener", "command"),
    ("eventlistener", "events"),
    ("rpcinterface", "supervisor.rpcinterface_factory"),
    ("ctlplugin", "supervisor.ctl_factory"),
}
# Where options.py reads the options of a section.
FUNCTIONS = {
    "supervisord": ("read_config",),
    "unix_http_server": ("server_configs_from_parser", "_parse_username_and_password"),
    "inet_http_server": ("server_configs_from_parser", "_parse_username_and_password"),
    "group": ("process_groups_from_parser",),
    "program": ("processes_from_section", "_processes_from_section"),
    "fcgi-program": ("processes_from_section", "_processes_from_section", "process_groups_from_parser"),
    "eventlistener": ("processes_from_section", "_processes_from_section", "process_groups_from_parser"),
}
# supervisor 2 had these, and 3.0 ignores them in silence; what to write now.
SUPERVISOR_2 = {
    ("program", "logfile"): "stdout_logfile",
    ("program", "logfile_backups"): "stdout_logfile_backups",
    ("program", "logfile_maxbytes"): "stdout_logfile_maxbytes",
    ("program", "log_stdout"): "stdout_logfile",
    ("program", "log_stderr"): "redirect_stderr",
    ("supervisord", "http_port"): "[inet_http_server] port",
    ("supervisord", "http_username"): "[inet_http_server] username",
    ("supervisord", "http_password"): "[inet_http_server] password",
    ("supervisord", "sockchmod"): "[unix_http_server] chmod",
    ("supervisord", "sockchown"): "[unix_http_server] chown",
}
# events.py, EventTypes.
EVENTS = """
    EVENT PROCESS_COMMUNICATION PROCESS_COMMUNICATION_STDERR PROCESS_COMMUNICATION_STDOUT PROCESS_GROUP
    PROCESS_GROUP_ADDED PROCESS_GROUP_REMOVED PROCESS_LOG PROCESS_LOG_STDERR PROCESS_LOG_STDOUT PROCESS_STATE
    PROCESS_STATE_BACKOFF PROCESS_STATE_EXITED PROCESS_STATE_FATAL PROCESS_STATE_RUNNING PROCESS_STATE_STARTING
    PROCESS_STATE_STOPPED PROCESS_STATE_STOPPING PROCESS_STATE_UNKNOWN REMOTE_COMMUNICATION
    SUPERVISOR_STATE_CHANGE SUPERVISOR_STATE_CHANGE_RUNNING SUPERVISOR_STATE_CHANGE_STOPPING TICK TICK_5 TICK_60
    TICK_3600
"""


def words_by_function(text: str) -> dict[str, set[str]]:
    """Function of options.py -> the quoted words in it. Old releases are Python 2, which `ast` does not read."""
    found: dict[str, set[str]] = {}
    for name, body in re.findall(
        r"^    def (\w+)\((.*?)(?=^    def |^class |\Z)", text, re.DOTALL | re.MULTILINE
    ):
        found.setdefault(name, set()).update(re.findall(r"""['"]([\w%.]+)['"]""", body))
    return found


def learn_since(directory: str) -> dict[str, dict[str, list[int]]]:
    """Section -> option -> the first release since OLDEST that reads it, for those that OLDEST does not read."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", directory, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    versions = sorted(
        (tuple(map(int, tag.split("."))), tag)
        for tag in git("tag").split()
        if re.fullmatch(r"\d+(\.\d+)+", tag)
    )
    since: dict[str, dict[str, list[int]]] = {section: {} for section in FUNCTIONS}
    for version, tag in versions:
        if version < OLDEST:
            continue
        words = words_by_function(git("show", f"{tag}:supervisor/options.py"))
        for section, functions in FUNCTIONS.items():
            read = set().union(*(words.get(function, set()) for function in functions))
            for option, _, _ in options_of(section):
                # `stdout_syslog` is `%s_syslog` filled in, with the stream.
                if option in read or re.sub("^(stdout|stderr)", "%s", option) in read:
                    since[section].setdefault(option, list(version))
    return {
        section: {option: version for option, version in options.items() if tuple(version) > OLDEST}
        for section, options in since.items()
    }


def options_of(section: str) -> list[tuple[str, str, str | None]]:
    """Option, kind, default of a kind of section."""
    options = []
    for line in filter(None, map(str.strip, SECTIONS[section].splitlines())):
        option, _, rest = line.partition(": ")
        kind, _, default = rest.partition(", ")
        default = DIFFERENT_DEFAULTS.get((section, option), default)
        options.append((option, kind, None if default == "-" else default))
    return options


def build(facts: dict[str, Any]) -> str:
    """The text of the module."""
    options = {
        section: {
            option: (kind, default, (section, option) in REQUIRED, _since(facts, section, option))
            for option, kind, default in options_of(section)
        }
        for section in SECTIONS
    }
    obsolete: dict[str, dict[str, str]] = {}
    for (section, option), instead in SUPERVISOR_2.items():
        obsolete.setdefault(section, {})[option] = instead
    return module_text(
        """What supervisor 3.0 to 4.3 knows.

Made by scripts/vocabulary_supervisor.py from supervisor/options.py of every release; do not edit.
`deploylint.vocabulary.supervisor` says what the columns mean.
""",
        {
            "OPTIONS": ("dict[str, dict[str, Row]]", options),
            "SUPERVISOR_2": ("dict[str, dict[str, str]]", obsolete),
            "EVENTS": ("frozenset[str]", frozenset(EVENTS.split())),
        },
        types={"Row": "tuple[str, str | None, bool, tuple[int, ...] | None]"},
    )


def _since(facts: dict[str, Any], section: str, option: str) -> tuple[int, ...] | None:
    since = facts.get(section, {}).get(option)
    return tuple(since) if since else None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--git", metavar="DIR")
    arguments = parser.parse_args()
    if arguments.git:
        write_facts("supervisor", learn_since(arguments.git))
    write_module("supervisor", build(read_facts("supervisor")))


if __name__ == "__main__":
    main()
