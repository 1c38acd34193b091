from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.source import Location, Source
from deploylint.suppression import UnusedSuppression


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
        fix=_removal(suppression),
    )


def _removal(suppression: UnusedSuppression) -> Fix:
    """Take the unused names out; the whole comment, with its line if nothing else is on it, when none remains."""
    kept = [name for name, _ in suppression.names if name not in suppression.unused]
    source = suppression.comment.source
    if not kept:
        return Fix("Remove the comment", (Edit(_whole(suppression.comment, source), ""),))
    places = [at for _, at in suppression.names]
    inside = source.location(places[0].span.start, places[-1].span.end)
    return Fix(f"Remove {', '.join(suppression.unused)}", (Edit(inside, ", ".join(kept)),))


def _whole(comment: Location, source: Source) -> Location:
    number = comment.start.line
    start = source.line_starts[number - 1]
    before = source.text[start : comment.span.start]
    end = start + len(source.line(number))
    if before.strip() or source.text[comment.span.end : end].strip():
        return source.location(start + len(before.rstrip()), min(comment.span.end, end))
    below = source.line_starts[number] if number < len(source.line_starts) else len(source.text)
    return source.location(start, below)
