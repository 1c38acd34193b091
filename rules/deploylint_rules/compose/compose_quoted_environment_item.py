from deploylint import Edit, Finding, Findings, Fix, Safety, Severity, rule
from deploylint.formats.compose import Pair, Scalar, Sequence
from deploylint.formats.compose.nodes import resolved
from deploylint.pattern import ASCII, DOTALL, pattern

_QUOTED = pattern(r"""([A-Za-z_]\w*+)=(["'])(?:(?!\2).)*+\2""", ASCII | DOTALL)
_SPECIAL = pattern(r"[#:\s]")


@rule(Severity.WARNING, named=("environment",))
def compose_quoted_environment_item(pair: Pair) -> Findings:
    """Quotes inside an item of an `environment` list become part of the value.

    ## Why is this bad?
    In `- KEY="value"` YAML sees a plain text that begins with `KEY`: the quotes are letters like any
    other. The program gets `"value"` with its quotes, and a password, path or number is wrong.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        environment:
          - LOG_LEVEL="info"
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        environment:
          - LOG_LEVEL=info
    ```

    ## When it is fine
    When the program takes the quotes off itself, or is meant to get them.

    ## Fix safety
    Unsafe: the value changes, and somebody may have got used to it.

    ## References
    - https://github.com/docker/compose/issues/2854
    - https://docs.docker.com/reference/compose-file/services/#environment
    """
    value = resolved(pair.value)
    for item in value.items if isinstance(value, Sequence) else ():
        if not isinstance(item, Scalar) or item.style:
            continue
        match = _QUOTED.fullmatch(item.value)
        if match is None or item.value != item.at.text:
            continue
        first, last = item.start + match.end(1) + 1, item.end - 1
        inner = item.value[match.end(1) + 2 : -1]
        edits = (
            Edit(item.source.location(first, first + 1), ""),
            Edit(item.source.location(last, last + 1), ""),
        )
        plain = inner and not _SPECIAL.search(inner)
        yield Finding(
            item.source.location(first, item.end),
            f"the quotes belong to the value of {match[1]}: YAML takes none away inside a list item",
            label="the program gets the quotes, too",
            help=f"write {match[1]}: in a map, or put the whole item between quotes",
            fix=Fix("remove the quotes", edits, Safety.UNSAFE) if plain else None,
        )
