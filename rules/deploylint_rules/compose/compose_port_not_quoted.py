from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.compose import Pair, Scalar, Sequence
from deploylint.formats.compose.nodes import resolved
from deploylint.pattern import pattern

# YAML 1.1, tag:yaml.org,2002:int, base 60.
_BASE_60 = pattern(r"[1-9][0-9]*+(?::[0-5]?[0-9])++")


@rule(Severity.NOTE, group=Group.STYLE, pedantic=True, named=("ports", "expose"))
def compose_port_not_quoted(pair: Pair) -> Findings:
    """A pair of ports without quotes that YAML 1.1 reads as one number.

    ## Why is this bad?
    To YAML 1.1 `22:22` is a number of base 60, which is 1342. docker compose itself no longer reads it
    so, but older releases, Ansible and other programs that load the file with a YAML 1.1 parser do.

    ## Example
    ```compose
    services:
      git:
        image: gitea/gitea:1.22
        ports:
          - 2222:22
    ```

    ## Use instead
    ```compose
    services:
      git:
        image: gitea/gitea:1.22
        ports:
          - "2222:22"
    ```

    ## Fix safety
    Safe: to docker compose both are the same text.

    ## References
    - https://docs.docker.com/reference/compose-file/services/#ports
    - https://yaml.org/type/int.html
    """
    value = resolved(pair.value)
    for item in value.items if isinstance(value, Sequence) else ():
        if isinstance(item, Scalar) and not item.style and _BASE_60.fullmatch(item.value):
            number = 0
            for digit in item.value[:40].split(":"):
                number = number * 60 + int(digit[:9])
            yield Finding(
                item.at,
                f"YAML 1.1 reads {item.value[:40]} as the number {number}",
                label="a number of base 60",
                help="put it between quotes",
                fix=Fix("put it between quotes", (Edit(item.at, f'"{item.value}"'),)),
            )
