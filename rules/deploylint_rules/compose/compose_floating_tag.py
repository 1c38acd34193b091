from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.compose import ComposeFile, Mapping, Scalar
from deploylint.formats.compose.nodes import Pair
from deploylint.values.errors import printable


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def compose_floating_tag(file: ComposeFile) -> Findings:
    """An image without tag, or with `latest`.

    ## Why is this bad?
    What runs depends on the day on which the image was pulled. A new server, or a `docker compose pull`,
    may bring the next major version: PostgreSQL then refuses the data of the one before.

    ## Example
    ```compose
    services:
      db:
        image: postgres
    ```

    ## Use instead
    ```compose
    services:
      db:
        image: postgres:16.4
    ```

    ## When it is fine
    For an image that the same file builds, and where the newest version is wanted.

    ## References
    - https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
    """
    for services in file.services:
        for pair in services.pairs:
            service = pair.value
            image = _own(service, "image") if isinstance(service, Mapping) else None
            if image is None or not isinstance(service, Mapping) or service.get("build") is not None:
                continue
            name, at_sign, _ = image.value.partition("@")
            _, colon, tag = name.rsplit("/", 1)[-1].partition(":")
            if at_sign or "$" in name or "{" in name or not name or (colon and tag != "latest"):
                continue
            yield Finding(
                image.at,
                printable(f"the image {name[:80]} is whatever is newest on the day it is pulled"),
                label="the tag latest moves" if colon else "no tag means latest",
                help="name a version",
            )


def _own(service: Mapping, name: str) -> Scalar | None:
    pair: Pair | None = next((pair for pair in service.pairs if pair.name == name), None)
    return pair.value if pair is not None and isinstance(pair.value, Scalar) else None
