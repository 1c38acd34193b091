from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Service
from deploylint.formats.compose import ComposeFile, Mapping
from deploylint.formats.compose.images import is_bare_language
from deploylint.formats.compose.nodes import resolved
from deploylint.source import Location


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    confidence=Confidence.HIGH,
    symptoms=("* exited with code 0",),
)
def compose_service_without_command(service: Service, context: Context) -> Findings:
    """A service whose bare image starts nothing that lasts.

    ## Why is this bad?
    Images such as `python`, `node` or `debian` start an interactive interpreter or a shell. Without a
    terminal it reads the end of its input and ends: the container exits with code 0 as soon as it is up,
    and with a restart policy it does so again and again.

    ## Example
    ```compose
    services:
      web:
        image: python:3.12
        working_dir: /app
        volumes:
          - .:/app
        ports:
          - "8000:8000"
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: python:3.12
        working_dir: /app
        command: gunicorn -b 0.0.0.0:8000 shop.wsgi
        volumes:
          - .:/app
        ports:
          - "8000:8000"
    ```

    ## When it is fine
    With `tty: true` or `stdin_open: true` the interpreter waits for somebody to attach. An override file
    may bring the command.

    ## References
    https://docs.docker.com/reference/compose-file/services/#command
    """
    image = service.image
    if image is None or service.commanded or service.tty or service.document.templated:
        return
    if not is_bare_language(image) or _is_commanded_elsewhere(service, context):
        return
    yield Finding(
        _image_at(service),
        f'nothing keeps service "{service.name}" running: the image {image} starts an interactive '
        "program, which ends without a terminal",
        label="no command and no entrypoint",
        help="add a command, or tty: true if somebody is meant to attach",
    )


def _is_commanded_elsewhere(service: Service, context: Context) -> bool:
    """Whether a variant of the project gives the service its command."""
    return any(
        other.commanded and other.at == service.at
        for other in context.project.having(Service, "name", service.name)
    )


def _image_at(service: Service) -> Location:
    """The image where the service's own file names it, else the service's name."""
    document = service.document
    for services in document.services if isinstance(document, ComposeFile) else ():
        definition = services.get(service.name)
        image = definition.merged.get("image") if isinstance(definition, Mapping) else None
        if image is not None:
            return resolved(image.value).at
    return service.at
