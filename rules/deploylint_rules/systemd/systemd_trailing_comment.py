from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.trailing_comments import trailing_comment
from deploylint.vocabulary.systemd import Key, key

# Lists of words of which systemd drops those it cannot read.
_WORDS_DROPPED = frozenset(
    {
        "config_parse_environ",
        "config_parse_unit_deps",
        "config_parse_documentation",
        "config_parse_set_status",
        "config_parse_service_sockets",
        "config_parse_syscall_filter",
        "config_parse_capability_set",
        "config_parse_address_families",
    }
)
# Lists in which the words of a comment become entries.
_WORDS_TAKEN = frozenset(
    {
        "config_parse_exec",
        "config_parse_exec_directories",
        "config_parse_pass_environ",
        "config_parse_unset_environ",
        "config_parse_user_group_strv_compat",
        "config_parse_namespace_path_strv",
    }
)


@rule(
    Severity.ERROR,
    mentions=("#", ";", "//"),
    group=Group.CORRECTNESS,
    symptoms=(
        "code=exited, status=217/USER",
        "Failed to determine user credentials: No such process",
    ),
)
def systemd_trailing_comment(file: UnitFile) -> Findings:
    """A comment behind a value belongs to the value.

    ## Why is this bad?
    In unit files a comment has a line of its own. `Restart=always # keep it up` is no value that systemd
    knows, so that it ignores the line; `User=app # not root` names a user that does not exist;
    `RuntimeDirectory=shop # sockets` makes the folders `#` and `sockets`; behind `ExecStart=` the program gets
    the comment as arguments. `systemd-analyze verify` says nothing of the last three.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Restart=always  # keep it up
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    # keep it up
    Restart=always
    ```

    ## When it is fine
    Behind free text such as `Description=`, inside quotes, and `;` between commands of `ExecStart=`.

    ## Fix safety
    Safe, since the value does not work as it stands; unsafe for Exec lines, whose program may not mind.

    ## References
    systemd.syntax(7)
    """
    text = file.source.text
    if "#" not in text and ";" not in text and "//" not in text:
        return
    for line in file.lines:
        start = trailing_comment(line)
        known = key(line.section, line.name)
        if start is not None and known is not None:
            yield _finding(line, known, start)


def _finding(assignment: Assignment, known: Key, start: int) -> Finding:
    dropped = known.parser in _WORDS_DROPPED
    taken = known.parser in _WORDS_TAKEN
    at = assignment.value_location(start, len(assignment.value))
    if known.parser == "config_parse_exec":
        label = "the program gets these words as arguments"
    elif taken:
        label = "each of these words becomes an entry"
    else:
        label = "this is a part of the value"
    return Finding(
        at,
        f"{assignment.name}= has a comment behind its value, which systemd takes as a part of the value",
        label=label,
        help="give the comment a line of its own",
        fix=_fix(assignment, start, unsafe=known.parser == "config_parse_exec"),
        severity=Severity.WARNING if dropped or taken else Severity.ERROR,
    )


def _fix(assignment: Assignment, start: int, *, unsafe: bool) -> Fix | None:
    if assignment.is_continued:
        return None
    value = assignment.value
    comment = value[start:]
    kept = value[:start].rstrip(" \t")
    if comment.startswith("//"):
        comment = f"#{comment[2:]}"
    line = assignment.source.location(assignment.start, assignment.start)
    tail = assignment.value_location(len(kept), len(value))
    edits = (Edit(line, f"{comment}\n"), Edit(tail, ""))
    return Fix("give the comment a line of its own", edits, Safety.UNSAFE if unsafe else Safety.SAFE)
