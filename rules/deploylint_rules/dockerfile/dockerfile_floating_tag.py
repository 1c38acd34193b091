from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.dockerfile import Dockerfile
from deploylint.values.errors import printable


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def dockerfile_floating_tag(file: Dockerfile) -> Findings:
    """A base image without tag, or with `latest`.

    ## Why is this bad?
    The next build may start from another release of Python or of the distribution, without any change in
    the repository.

    ## Example
    ```dockerfile
    FROM python
    CMD ["python", "-m", "shop"]
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12-slim
    CMD ["python", "-m", "shop"]
    ```

    ## References
    - https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
    """
    names = {"scratch"}
    for stage in file.stages:
        base = stage.base.known if stage.base is not None else None
        if base is not None and stage.base is not None and base.lower() not in names and not base.isdecimal():
            name, digest, _ = base.partition("@")
            _, colon, tag = name.rsplit("/", 1)[-1].partition(":")
            if not digest and (not colon or tag == "latest") and "{" not in base:
                yield Finding(
                    file.source.location(stage.base.span.start, stage.base.span.end),
                    printable(f"the base image {name[:80]} is whatever is newest on the day of the build"),
                    label="the tag latest moves" if colon else "no tag means latest",
                    help="name a version",
                )
        names.add(stage.name)
