from collections.abc import Iterator

from deploylint import Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.facts import Known
from deploylint.formats.compose.interpolation import text_value
from deploylint.formats.compose.keys import items, pairs
from deploylint.formats.compose.merged import merged_services
from deploylint.formats.compose.nodes import Mapping, Node, Scalar
from deploylint.formats.compose.settings import Settings
from deploylint.pattern import ASCII, pattern
from deploylint.project import Project
from deploylint.source import Location

_REFERENCE = pattern(r"\$(?:\$|\{?(?P<name>[A-Za-z_]\w*+)(?P<rest>[^\w]|\Z))", ASCII)


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    symptoms=('The "*" variable is not set. Defaulting to a blank string.',),
)
def compose_variable_expanded_early(project: Project) -> Findings:
    """A container's `$VARIABLE` that docker compose replaces before it starts.

    ## Why is this bad?
    Compose puts in variables of the host and of `.env`. Those under `environment` exist in the container
    only: compose finds nothing, warns, and puts in an empty text. `$$` gives the container a `$`.

    ## Example
    ```compose
    services:
      db:
        image: postgres:16.4
        environment:
          POSTGRES_USER: shop
        healthcheck:
          test: pg_isready -U $POSTGRES_USER
    ```

    ## Use instead
    ```compose
    services:
      db:
        image: postgres:16.4
        environment:
          POSTGRES_USER: shop
        healthcheck:
          test: pg_isready -U $$POSTGRES_USER
    ```

    ## When it is fine
    When whoever runs compose has the same variable in the environment of the shell.

    ## Fix safety
    Unsafe: with such a variable in the shell, the value was another one.

    ## References
    - https://docs.docker.com/reference/compose-file/interpolation/
    - https://github.com/docker/compose/issues/11058
    """
    for one, settings in merged_services(project):
        commands = list(_commands(settings))
        if not commands:
            continue
        own = {
            name: place
            for name, place, value in pairs(settings.all("environment"))
            if value is not None
            and "$" not in value.value
            and isinstance(text_value(value, {}), Known)
            and name not in one.environment
        }
        for scalar in commands:
            for name, at in _references(scalar):
                if name in own:
                    yield Finding(
                        at,
                        f"compose replaces ${name} by nothing: the variable is set in the container, not for compose",
                        label="empty before the container starts",
                        related=(Label(own[name].at, "set for the container here"),),
                        help=f"write $${name}",
                        fix=Fix("leave it to the container", (Edit(_point(at), "$"),), Safety.UNSAFE),
                    )


def _commands(settings: Settings) -> Iterator[Scalar]:
    check = settings.last("healthcheck")
    nodes: list[Node | None] = [settings.last("command"), settings.last("entrypoint")]
    nodes.append(check.get("test") if isinstance(check, Mapping) else None)
    for node in nodes:
        for item in items([node]) if node is not None else ():
            if isinstance(item, Scalar) and "$" in item.value:
                yield item


def _references(scalar: Scalar) -> Iterator[tuple[str, Location]]:
    """Plain references without default, with their places."""
    offsets = scalar.offsets()
    for match in _REFERENCE.finditer(scalar.value):
        braced = scalar.value.startswith("{", match.start() + 1)
        if match["name"] and (not braced or match["rest"] == "}"):
            end = match.end("name") + braced
            yield match["name"], scalar.source.location(offsets[match.start()], offsets[end])


def _point(at: Location) -> Location:
    return at.source.location(at.span.start, at.span.start)
