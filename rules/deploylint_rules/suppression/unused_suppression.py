from deploylint import Finding, Findings, Group, Safety, Severity, rule
from deploylint.suppression import UnusedSuppression
from deploylint_rules.suppression._removal import without


@rule(Severity.WARNING, group=Group.STYLE)
def unused_suppression(suppression: UnusedSuppression) -> Findings:
    """A comment that silences a rule where the rule finds nothing.

    ## Why is this bad?
    The comment tells readers of a fault that is not there any more, and it will hide the next one. Only rules
    that ran are judged: a comment for a rule of a file that was not read is left alone.

    ## Example
    ```systemd
    [Service]
    # deploylint: ignore[systemd-unknown-key] our systemd is patched
    Restart=always
    ExecStart=/usr/bin/worker
    ```

    ## Use instead
    ```systemd
    [Service]
    Restart=always
    ExecStart=/usr/bin/worker
    ```

    ## When it is fine
    Where another version of the program, or another set of files, brings the finding back: add
    `unused-suppression` to the names in the comment.

    ## Fix safety
    Safe: only the comment changes.
    """
    if "unused-suppression" in (name for name, _ in suppression.names):
        return
    places = dict(suppression.names)
    first, last = places[suppression.unused[0]], places[suppression.unused[-1]]
    yield Finding(
        first.source.location(first.span.start, last.span.end),
        f"this comment silences nothing: no finding of {', '.join(suppression.unused)} is here",
        help="remove it",
        fix=without(suppression.comment, suppression.names, suppression.unused, Safety.SAFE),
    )
