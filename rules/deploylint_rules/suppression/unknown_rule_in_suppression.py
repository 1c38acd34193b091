from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.suppression import UnknownSuppression
from deploylint.vocabulary.nearest import nearest
from deploylint_rules.suppression._removal import without


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
    Safe: only the comment changes, to the name that was meant. Unsafe where the name is like no other or there is
    none, so that it is taken out: it may be a rule of a pack that is not installed here.
    """
    if not suppression.name:
        yield Finding(
            suppression.at,
            "this comment names no rule, so it silences nothing",
            help="write ignore[rule-name]; there is no form for all rules",
            fix=without(suppression.comment, suppression.names, (), Safety.UNSAFE),
        )
        return
    close = nearest(suppression.name, suppression.known)
    if close:
        fix = Fix(f"write {close}", (Edit(suppression.at, close),))
    else:
        fix = without(suppression.comment, suppression.names, (suppression.name,), Safety.UNSAFE)
    yield Finding(
        suppression.at,
        f'no rule is called "{suppression.name}", so this comment silences nothing',
        help=f"did you mean {close}?" if close else "deploylint rules lists them all",
        fix=fix,
    )
