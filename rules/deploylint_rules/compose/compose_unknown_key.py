from collections.abc import Iterator

from deploylint import Edit, Finding, Findings, Fix, Severity, rule
from deploylint.diagnostic import Group
from deploylint.formats.compose import ComposeFile, Mapping, Pair, Scalar, Sequence
from deploylint.formats.compose.nodes import Node
from deploylint.values.errors import printable
from deploylint.vocabulary.compose import below, keys
from deploylint.vocabulary.nearest import nearest


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("* additional properties * not allowed", "Additional property * is not allowed"),
)
def compose_unknown_key(file: ComposeFile) -> Findings:
    """A key that docker compose does not know, so that it refuses the whole file.

    ## Why is this bad?
    Compose checks the file against its schema before it does anything. One misspelt key, or one that
    stands a level too high or too low, makes every command fail for all services.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        restart: unless-stopped
        enviroment:
          LOG_LEVEL: info
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        restart: unless-stopped
        environment:
          LOG_LEVEL: info
    ```

    ## When it is fine
    Keys that begin with `x-` are yours. A program other than docker compose may read further keys.

    ## Fix safety
    Safe: compose refuses the file as it is.

    ## References
    - https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
    - https://github.com/docker/compose/issues/11022
    """
    if file.templated or not any(
        isinstance(root, Mapping) and "services" in root.merged for root in file.roots
    ):
        return
    waiting = [_below("", "", root) for root in file.roots]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        elif isinstance(found, Finding):
            yield found
        else:
            waiting.append(_below(*found))


def _below(path: str, shown: str, node: Node) -> Iterator[Finding | tuple[str, str, Node]]:
    """What is wrong with the keys of a node, and the nodes below it, each with its path and how that is shown."""
    if isinstance(node, Sequence):
        for number, item in enumerate(node.each()):
            yield f"{path}[]", f"{shown}.{number}", item
    elif isinstance(node, Mapping):
        known = keys(path)
        for pair in node.each():
            name = pair.name
            if not isinstance(pair.key, Scalar) or name == "<<" or name.startswith("x-"):
                continue
            if known is not None and name not in known:
                meant = nearest(name, [key for key in known if key not in node.merged])
                yield _finding(pair, shown, meant, path)
            else:
                yield below(path, name), f"{shown}.{name}" if shown else name, pair.value


def _finding(pair: Pair, place: str, meant: str | None, path: str) -> Finding:
    name = printable(pair.name[:60])
    at = pair.key.inner_at if isinstance(pair.key, Scalar) else pair.at
    elsewhere = "services.*" if path != "services.*" else ""
    moved = not meant and pair.name in (keys(elsewhere) or ())
    return Finding(
        at,
        printable(f'{place[:120]} additional properties "{name}" not allowed'.lstrip()),
        label="compose refuses the file",
        help=f"write {meant}"
        if meant
        else (
            "it is a key of " + ("a service" if elsewhere else "the top level")
            if moved
            else "remove it, or let its name begin with x-"
        ),
        fix=Fix(f"write {meant}", (Edit(at, meant),)) if meant else None,
    )
