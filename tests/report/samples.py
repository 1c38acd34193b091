"""Hand-made reports that the tests of the formats share."""

from deploylint.diagnostic import (
    CheckedFile,
    Confidence,
    Diagnostic,
    Edit,
    Finding,
    Fix,
    Group,
    Label,
    Problem,
    Report,
    Safety,
    Severity,
)
from deploylint.rule_info import RuleInfo
from deploylint.source import Location, Source

NGINX = Source(
    "deploy/nginx.conf",
    "upstream app {\n    server 127.0.0.1:5001;\n}\n\nserver {\n    listen [::]:80;\n    location / {\n"
    "        proxy_pass http://app;\n        proxy_set_header Host $host;\n    }\n}\n",
)
GUNICORN = Source("deploy/gunicorn.conf.py", 'bind = "127.0.0.1:8000"\nworkers = 2\n')
UNIT = Source("deploy/web.service", "[Service]\r\nExecStart=gunicorn app:app\r\nUser=root")


def place(source: Source, text: str) -> Location:
    """Where the text stands first in the source."""
    start = source.text.index(text)
    return source.location(start, start + len(text))


def diagnostic(
    finding: Finding,
    rule: str = "some-rule",
    severity: Severity = Severity.ERROR,
    confidence: Confidence = Confidence.HIGH,
    group: Group = Group.CORRECTNESS,
) -> Diagnostic:
    return Diagnostic(rule, severity, confidence, group, finding)


def report_of(*findings: Finding) -> Report:
    """A report of errors of `some-rule`."""
    return Report(
        files=[CheckedFile(path, "nginx") for path in sorted({finding.at.path for finding in findings})],
        diagnostics=[diagnostic(finding) for finding in findings],
    )


NOT_LISTENING = diagnostic(
    Finding(
        place(NGINX, "127.0.0.1:5001"),
        "nothing listens on 127.0.0.1:5001",
        label="nginx connects here",
        related=(
            Label(place(GUNICORN, '"127.0.0.1:8000"'), "gunicorn listens here"),
            Label(place(NGINX, "http://app"), "requests come from here"),
        ),
        help="let both use the same address",
        fix=Fix(
            "Connect to gunicorn", (Edit(place(NGINX, "127.0.0.1:5001"), "127.0.0.1:8000"),), Safety.UNSAFE
        ),
    ),
    rule="proxy-target-not-listening",
)
RUNS_AS_ROOT = diagnostic(
    Finding(
        place(UNIT, "root"),
        "the service runs as root",
        fix=Fix("Remove the line", (Edit(place(UNIT, "\r\nUser=root"), ""),)),
    ),
    rule="process-runs-as-root",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    group=Group.SECURITY,
)
PRACTICE = diagnostic(
    Finding(place(NGINX, "[::]:80"), "[::]:80 takes IPv4 too on old kernels"),
    rule="nginx-ipv6-only",
    severity=Severity.NOTE,
    group=Group.STYLE,
)
DEPLOYMENT = Report(
    files=[
        CheckedFile("deploy/gunicorn.conf.py", "gunicorn"),
        CheckedFile("deploy/nginx.conf", "nginx"),
        CheckedFile("deploy/web.service", "systemd"),
    ],
    diagnostics=[NOT_LISTENING, PRACTICE, RUNS_AS_ROOT],
    suppressed=1,
)
CLEAN = Report(files=[CheckedFile("deploy/nginx.conf", "nginx")], suppressed=0)
BROKEN = Report(
    files=[CheckedFile("deploy/nginx.conf", "nginx")],
    problems=[
        Problem("cannot read: permission denied", "deploy/secret.env"),
        Problem("internal error in rule x"),
    ],
)

HOSTILE = "a\x1b[31m\u202e\n::error::%0A]]>|`<b>[x](1){0}\\\udcff\x00\ud800"


def hostile() -> Report:
    """A report in which everything that comes from the linted project is hostile."""
    source = Source(f"dir/{HOSTILE}.conf", f"one {HOSTILE} two\nthree\u2028four\r\n")
    at = source.location(4, 4 + len(HOSTILE))
    return Report(
        files=[CheckedFile(source.path, "nginx")],
        diagnostics=[
            diagnostic(
                Finding(
                    at,
                    f"message {HOSTILE}",
                    label=f"label {HOSTILE}",
                    related=(Label(source.location(0, 3), f"related {HOSTILE}"), Label(at)),
                    help=f"help {HOSTILE}",
                    fix=Fix(f"title {HOSTILE}", (Edit(at, HOSTILE),)),
                )
            )
        ],
        problems=[Problem(f"problem {HOSTILE}", source.path)],
    )


RULES = (
    RuleInfo(
        "process-runs-as-root",
        Severity.WARNING,
        Confidence.MEDIUM,
        Group.SECURITY,
        "A process that serves requests runs as `root`.",
        "Whoever takes over the process owns the machine.",
        "# process-runs-as-root\n\nA process that serves requests runs as `root`.\n",
        tags=("systemd", "supervisor"),
        url="https://example.org/rules/process-runs-as-root",
        aliases=("runs-as-root",),
    ),
    RuleInfo(
        "proxy-target-not-listening",
        Severity.ERROR,
        Confidence.HIGH,
        Group.CORRECTNESS,
        "Nothing listens where the proxy connects.",
        help="# proxy-target-not-listening\n",
        tags=tuple(f"tag-{number}" for number in range(15)),
    ),
)


def rules() -> tuple[RuleInfo, ...]:
    return RULES
