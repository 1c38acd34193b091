from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.compose import ComposeFile, Mapping


@rule(
    Severity.NOTE,
    group=Group.STYLE,
    pedantic=True,
    symptoms=("*: the attribute `version` is obsolete, it will be ignored, *",),
)
def compose_obsolete_version(file: ComposeFile) -> Findings:
    """The top-level `version`, which docker compose ignores.

    ## Why is this bad?
    It does nothing but make compose warn at every command.

    ## Example
    ```compose
    version: "3.8"
    services:
      web:
        image: registry.example.com/shop:1.4
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
    ```

    ## When it is fine
    When docker-compose 1 or `docker stack deploy` reads the file: they need it.

    ## Fix safety
    Safe, but unsafe where a service has a `deploy` section: the file may be for `docker stack deploy`.

    ## References
    - https://docs.docker.com/reference/compose-file/version-and-name/
    - https://github.com/docker/compose/issues/12048
    """
    for root in file.roots:
        if not isinstance(root, Mapping):
            continue
        for pair in root.pairs:
            if pair.name == "version":
                span = file.statement(pair.key.start)
                end = min(span.end + 1, len(file.source.text))
                line = file.source.location(span.start, end)
                yield Finding(
                    pair.at,
                    "the attribute version is obsolete, it will be ignored",
                    label="compose warns at every command",
                    fix=Fix("remove it", (Edit(line, ""),), _safety(root)) if root.pairs[1:] else None,
                )


def _safety(root: Mapping) -> Safety:
    services = root.get("services")
    described = [pair.value for pair in services.pairs] if isinstance(services, Mapping) else []
    deployed = any(isinstance(service, Mapping) and service.get("deploy") for service in described)
    return Safety.UNSAFE if deployed else Safety.SAFE
