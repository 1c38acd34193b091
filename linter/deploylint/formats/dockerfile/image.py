"""What a stage of a Dockerfile makes of the image: who starts what, where, with which variables."""

import posixpath
from collections import ChainMap
from collections.abc import Mapping

from deploylint.dataclass import dataclass, field, replace
from deploylint.facts import Known, Unknown, Value
from deploylint.formats.dockerfile.nodes import Dockerfile, Instruction, Stage
from deploylint.pattern import pattern
from deploylint.source import Location
from deploylint.values.words import Piece, Word

PLAIN = frozenset({"python", "debian", "ubuntu", "alpine", "buildpack-deps", "pypy"})
"""Official images that run as root in `/` and set no variable that a server reads."""

Variables = Mapping[str, str | None]
"""What is substituted: None for a variable that is set to something unknown."""

_TAG = pattern(r"[:@]")
_REGISTRY = pattern(
    r"(?:(?:(?:index\.)?docker\.io|public\.ecr\.aws/docker|mirror\.gcr\.io)/)?+(?:library/)?+"
)
_NUMBER = pattern(r"[0-9]++")
_ENV_NAME = pattern(r"[^\s=]++")


@dataclass(slots=True)
class Image:
    """An image in the making. `base` is the foreign image at the bottom, None when it is not known.

    `entrypoint` and `command` are the exec form's words; the shell form's are `/bin/sh -c TEXT`; None when
    no instruction sets them. `known` are the environment's values for substitution. `copies` are the COPY and ADD of the stage and those it is built from.
    """

    base: str | None = None
    entrypoint: list[Word] | None = None
    command: list[Word] | None = None
    started_by: Instruction | None = None
    environment: dict[str, Value[str]] = field(default_factory=dict)
    known: dict[str, str | None] = field(default_factory=dict)
    directory: Value[str | None] | None = None
    user: Value[str | None] | None = None
    stop_signal: Value[str] | None = None
    exposed: list[int] = field(default_factory=list)
    copies: list[tuple[Instruction, list[Word], str | None]] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether the base is an official image without surprises."""
        return self.base is not None and official_name(self.base) in PLAIN


def official_name(image: str) -> str | None:
    """`python` for `python:3.12` and `docker.io/library/python@sha256:...`; None for images of others."""
    name = image[_REGISTRY.match(image).end() :]  # type: ignore[union-attr] # it matches the empty text
    name = _TAG.split(name, maxsplit=1)[0]
    return None if "/" in name or not name else name


def image(
    dockerfile: Dockerfile, target: str | None = None, arguments: Variables | None = None
) -> Image | None:
    """The image of a stage, the last one without a target; None when there is no such stage.

    `arguments` are the build arguments (None: set to something unknown).
    """
    stages = dockerfile.stages
    wanted = len(stages) - 1 if target is None else _numbered(stages, target, len(stages))
    if wanted is None or wanted < 0:
        return None
    given = dict(arguments or {})
    outer = _outer_arguments(dockerfile, given)
    chain, base = _chain(stages, wanted, outer)
    made = Image(base)
    for stage in chain:
        declared: dict[str, str | None] = {}
        # ENV wins over ARG.
        variables = ChainMap(made.known, declared)
        for instruction in stage.instructions:
            if instruction.name == "ARG":
                _declare(instruction, declared, variables, given, outer)
            else:
                _apply(made, instruction, variables)
    return made


def known(value: Value[str]) -> str | None:
    return value.value if isinstance(value, Known) else None


def _numbered(stages: list[Stage], name: str, before: int) -> int | None:
    """The last stage of that name (or number) in front of another."""
    found = [number for number in range(before) if stages[number].name == name.lower()]
    if found:
        return found[-1]
    return int(name) if _NUMBER.fullmatch(name) and len(name) < 6 and int(name) < before else None


def _chain(stages: list[Stage], wanted: int, outer: Variables) -> tuple[list[Stage], str | None]:
    """The stages from the bottom up to the wanted one, and the image below them."""
    chain, at = [stages[wanted]], wanted
    while True:
        word = stages[at].base
        base = substitute(word, outer).known if word is not None else None
        below = (
            None
            if base is None
            else next((n for n in reversed(range(at)) if stages[n].name == base.lower()), None)
        )
        if below is None:
            return chain[::-1], base
        chain.append(stages[below])
        at = below


def _outer_arguments(dockerfile: Dockerfile, given: Variables) -> dict[str, str | None]:
    """The ARGs before the first FROM; their defaults hold unless a build argument says otherwise."""
    found: dict[str, str | None] = {}
    for instruction in dockerfile.instructions:
        if instruction.name == "FROM":
            break
        if instruction.name == "ARG":
            _declare(instruction, found, found, given, {})
    return found


def _declare(
    instruction: Instruction,
    declared: dict[str, str | None],
    variables: Variables,
    given: Variables,
    outer: Variables,
) -> None:
    """`ARG NAME=default`: a build argument wins over the default, an outer ARG holds where there is none."""
    for word in instruction.words:
        name, equals, _ = word.value.partition("=")
        if name in given:
            declared[name] = given[name]
        elif equals:
            declared[name] = substitute(word.part(len(name) + 1), variables).known
        else:
            declared[name] = outer.get(name)


def substitute(word: Word, variables: Variables) -> Word:
    """The word with the variables that are known put in, and defaults for those that are certainly not set."""
    if not word.variables:
        return word
    pieces = tuple(_substituted(piece, variables) for piece in word.parts)
    value = "".join(piece.value for piece in pieces)
    return replace(word, value=value, opaque=any(piece.opaque for piece in pieces), pieces=pieces)


def _substituted(piece: Piece, variables: Variables) -> Piece:
    variable = piece.variable
    if variable is None or variable.changed:
        return piece
    if variable.name in variables:
        value = variables[variable.name]
        return piece if value is None else Piece(value, piece.span, piece.quoted)
    return piece if variable.default is None else Piece(variable.default, piece.span, piece.quoted)


def _apply(made: Image, instruction: Instruction, variables: Variables) -> None:
    match instruction.name:
        case "ENV":
            _environment(made, instruction, variables)
        case "ENTRYPOINT":
            made.entrypoint, made.command, made.started_by = _command(instruction), None, instruction
        case "CMD":
            made.command = _command(instruction)
            made.started_by = made.started_by if made.entrypoint else instruction
        case "COPY" | "ADD" if "from" not in instruction.flags and not instruction.heredoc:
            words = [substitute(word, variables) for word in instruction.words]
            made.copies.append((instruction, words, _path(made)))
        case _:
            _set(made, instruction, [substitute(word, variables) for word in instruction.words])


def _set(made: Image, instruction: Instruction, words: list[Word]) -> None:
    """The instructions with one value, and EXPOSE."""
    if not words:
        return
    at = instruction.source.location(words[0].span.start, words[-1].span.end)
    text = words[0].known
    match instruction.name:
        case "WORKDIR":
            made.directory = _entered(_path(made), words[0], at)
        case "USER":
            made.user = Unknown("a variable", at) if text is None else Known(text.partition(":")[0], at)
        case "STOPSIGNAL":
            made.stop_signal = (
                Unknown("a variable", at) if text is None else Known(text.removeprefix("SIG"), at)
            )
        case "EXPOSE":
            for word in words:
                port, _, protocol = (word.known or "").partition("/")
                if _NUMBER.fullmatch(port) and len(port) < 6 and protocol in {"", "tcp"}:
                    made.exposed.append(int(port))
        case _:
            pass


def _path(made: Image) -> str | None:
    """The working directory as far as it is known; that of a plain base is `/`."""
    match made.directory:
        case Known(value=str() as path):
            return path
        case None if made.is_plain:
            return "/"
        case _:
            return None


def _entered(before: str | None, word: Word, at: Location) -> Value[str | None]:
    path = word.known
    if path is None:
        return Unknown("a variable", at)
    if path.startswith("/"):
        return Known(posixpath.normpath(path), at)
    return (
        Unknown("the base image's directory", at)
        if before is None
        else Known(posixpath.normpath(posixpath.join(before, path)), at)
    )


def _environment(made: Image, instruction: Instruction, variables: Variables) -> None:
    """`ENV A=b C=d`, whose values see earlier instructions only, or the old form `ENV A b c` for one variable."""
    words = instruction.words
    if words and "=" not in words[0].value:
        if len(words) > 1:
            text = instruction.source.text[words[1].span.start : instruction.end]
            value = (
                substitute(words[1], variables).known if len(words) == 2 else None if "$" in text else text
            )
            _put(made, words[0].value, value, instruction.at)
        return
    found = []
    for word in words:
        match = _ENV_NAME.match(word.value)
        if match is not None and "=" in word.value:
            at = instruction.source.location(word.span.start, word.span.end)
            found.append((match[0], substitute(word.part(match.end() + 1), variables).known, at))
    for name, value, at in found:
        _put(made, name, value, at)


def _put(made: Image, name: str, value: str | None, at: Location) -> None:
    made.known[name] = value
    made.environment[name] = (
        Unknown("depends on a build argument", at) if value is None else Known(value, at, "ENV of the image")
    )


def _command(instruction: Instruction) -> list[Word]:
    words = instruction.exec_words
    if words is not None:
        return words
    at = instruction.value_at.span
    offset = at.start - instruction.text_start
    text = Word(instruction.text[offset:], at)
    point = replace(at, end=at.start)
    return [Word("/bin/sh", point), Word("-c", point), text] if text.value.strip() else []
