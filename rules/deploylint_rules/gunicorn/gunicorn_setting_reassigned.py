from collections.abc import Sequence

from deploylint import Confidence, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment, Node, Opaque
from deploylint.vocabulary import gunicorn


@rule(Severity.WARNING, group=Group.CORRECTNESS, confidence=Confidence.HIGH)
def gunicorn_setting_reassigned(config: GunicornConfig) -> Findings:
    """A setting gets a value and then another one; only the last counts.

    ## Why is this bad?
    The file is Python: a second assignment replaces the first. Two `bind` lines do not make gunicorn
    listen on two addresses, and a `timeout` further down silently undoes the one above.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    workers = 4
    bind = "unix:/run/shop/gunicorn.sock"
    ```

    ## Use instead
    ```gunicorn
    bind = ["127.0.0.1:8000", "unix:/run/shop/gunicorn.sock"]
    workers = 4
    ```

    ## When it is fine
    Assignments in branches of an `if` or `try`, and values that the file uses in between, are not reported.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#bind
    """
    # Only statements outside all blocks are certainly on one path.
    last: dict[str, tuple[int, Assignment]] = {}
    for place, node in enumerate(config.body):
        if not isinstance(node, Assignment) or gunicorn.setting(node.name) is None:
            continue
        index, before = last.get(node.name, (0, None))
        last[node.name] = place, node
        if before is None or node.operator != "=" or not _overwrites(config, before, node):
            continue
        if _mentioned(config.body[index:place], before, node, config.source.text):
            continue
        yield Finding(
            node.name_at,
            f"{node.name} is set twice; the value before is lost",
            label="only this one counts",
            related=(Label(before.name_at, "lost"),),
            help=_help(node.name),
        )


def _overwrites(config: GunicornConfig, before: Assignment, after: Assignment) -> bool:
    """Whether the first value goes unused and differs from the second.

    A name that is read between the two, or in the second value, was only a step on the way.
    """
    if before.value is None or after.value is None or before.start == after.start:
        return False
    if before.value_at.text == after.value_at.text:
        return False
    return not config.reads(before.name, before.end, after.end)


def _mentioned(body: Sequence[Node], before: Assignment, after: Assignment, text: str) -> bool:
    """Whether anything between the two could be a condition on the first: a branch that sets it, too, or `{% else %}`."""
    between = [node for node in body if before.end <= node.start < after.start]
    return any(
        isinstance(node, Opaque)
        or (not isinstance(node, Assignment) and before.name in text[node.start : node.end])
        for node in between
    )


def _help(name: str) -> str:
    if name == "bind":
        return "give one list of addresses to listen on all of them; [::]:80 alone covers IPv4, too"
    return "keep the one that is meant"
