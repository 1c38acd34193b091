"""What an image starts when nothing else is said."""

import posixpath
from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.facts import (
    Environment,
    Fact,
    Known,
    Namespace,
    Process,
    Supervision,
    SupervisorKind,
    Unknown,
    Value,
)
from deploylint.formats.command_line.lines import read
from deploylint.formats.dockerfile.image import Image, image
from deploylint.formats.dockerfile.nodes import Dockerfile
from deploylint.known_texts import KnownTexts
from deploylint.processes import StatedProcess


def stated(documents: Sequence[Document]) -> Iterator[Fact]:
    """A process for each Dockerfile whose last stage says what it starts.

    Its namespace is the file's folder and name. Where a compose service builds the file, that
    service's own process says the same and more.
    """
    for document in documents:
        if isinstance(document, Dockerfile):
            made = image(document)
            if made is not None and made.started_by is not None:
                yield _process(document, made)


def _process(document: Dockerfile, made: Image) -> Process:
    folder, _, name = document.path.rpartition("/")
    started = made.started_by
    # `stated` has seen to it.
    assert started is not None  # noqa: S101
    words = [*(made.entrypoint or []), *(made.command or [])]
    return StatedProcess(
        name=name,
        document=document,
        at=started.value_at,
        supervision=Supervision(
            SupervisorKind.DOCKERFILE,
            restart=Unknown("whoever starts the container decides"),
            stop_timeout=Known(10.0, why="docker default", default=True),
            stop_signal=made.stop_signal or Known("TERM", why="docker default", default=True),
        ),
        invocation=read(
            words, directory=directory_text(directory(made)), environment=KnownTexts(made.environment)
        ),
        directory=directory(made),
        user=user(made),
        group=Unknown("not looked at"),
        environment=Environment(made.environment, complete=False),
        namespace=Namespace(posixpath.normpath(folder or "."), name),
        instances=Unknown("whoever starts the container decides"),
    )


def directory(made: Image) -> Value[str | None]:
    """Where the process starts: WORKDIR, else `/` for official images."""
    if made.directory is not None:
        return made.directory
    if made.is_plain:
        return Known("/", why="image default", default=True)
    return Unknown("the base image's directory")


def user(made: Image) -> Value[str | None]:
    """Who runs it: USER, else root for official images."""
    if made.user is not None:
        return made.user
    if made.is_plain:
        return Known("root", why="image default", default=True)
    return Unknown("the base image's user")


def directory_text(value: Value[str | None]) -> str | None:
    return value.value if isinstance(value, Known) else None
