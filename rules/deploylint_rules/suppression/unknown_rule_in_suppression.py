from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.suppression import UnknownSuppression
from deploylint.vocabulary.nearest import nearest


@rule(Severity.WARNING, group=Group.STYLE)
def unknown_rule_in_suppression(suppression: UnknownSuppression) -> Findings:
    """A comment that wants to silence a rule that does not exist.

    ## Why is this bad?
    The comment silences nothing, most often because the name is misspelt.

    ## Example
    ```systemd
    [Service]
    # deploylint: ignore[systemd-unkown-key] our systemd is patched
    Weather=sunny
    ExecStart=/usr/bin/worker
    ```

    ## Use instead
    ```systemd
    [Service]
    # deploylint: ignore[systemd-unknown-key] our systemd is patched
    Weather=sunny
    ExecStart=/usr/bin/worker
    ```

    ## Fix safety
    Safe: only the comment changes.
    """
    if not suppression.name:
        message = "this comment names no rule, so it silences nothing"
        yield Finding(suppression.at, message, help="write ignore[rule-name]; there is no form for all rules")
        return
    close = nearest(suppression.name, suppression.known)
    yield Finding(
        suppression.at,
        f'no rule is called "{suppression.name}", so this comment silences nothing',
        help=f"did you mean {close}?" if close else "deploylint rules lists them all",
        fix=Fix(f"Write {close}", (Edit(suppression.at, close),)) if close else None,
    )
