"""What nginx complains of when it takes directives one by one: the checks of ngx_conf_handler, in its order and words.

Source: src/core/ngx_conf_file.c. Only the first check that fails counts, as in nginx; unlike nginx
the others go on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import cast

from deploylint.document import Chain
from deploylint.formats.nginx.configuration import Configuration, configuration
from deploylint.formats.nginx.contexts import statements
from deploylint.formats.nginx.nodes import Block, Directive, File, Statement
from deploylint.formats.nginx.words import Word, after_quote
from deploylint.project import Project
from deploylint.vocabulary import nginx as vocabulary
from deploylint.vocabulary.nginx import Variant, Version


class Check(Enum):
    """The check that a directive failed."""

    UNKNOWN = "unknown"
    MISPLACED = "misplaced"
    FORM = "form"
    COUNT = "count"
    FLAG = "flag"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One directive that nginx does not take.

    `message` is nginx's own. `missing_after` is the word behind which a semicolon seems to be missing.
    `first` is the directive that this one repeats. `variant` is how the directive may be written.
    """

    check: Check
    directive: Statement
    context: str
    message: str
    missing_after: Word | None = None
    first: Statement | None = None
    variant: Variant | None = None


def complaints(file: File, project: Project) -> tuple[Complaint, ...]:
    """Every complaint about a file, worked out once."""
    known = configuration(project.documents_of(File), project.tree)
    target = project.targets.get("nginx")
    kept = file.memo.get("complaints")
    if isinstance(kept, tuple) and kept[0] is known and kept[1] == target:
        return cast("tuple[Complaint, ...]", kept[2])
    found = _all(file, known, target)
    file.memo["complaints"] = (known, target, found)
    return found


def complaints_of(check: Check, file: File, project: Project) -> Iterator[Complaint]:
    """The complaints of one kind."""
    return (complaint for complaint in complaints(file, project) if complaint.check is check)


def _all(file: File, known: Configuration, target: Version | None) -> tuple[Complaint, ...]:
    """A directive of a file that stands in several contexts is wrong if it is in all of them."""
    contexts = known.contexts(file)
    first = tuple(_in_context(file, contexts[0], target))
    wrong = [
        {id(found.directive) for found in _in_context(file, context, target)} for context in contexts[1:]
    ]
    return tuple(found for found in first if all(id(found.directive) in others for others in wrong))


def _in_context(file: File, context: str | None, target: Version | None) -> Iterator[Complaint]:
    seen: dict[tuple[int, str], Statement] = {}
    for statement, here, chain in statements(file, context):
        if type(statement) is not Directive and type(statement) is not Block:
            continue
        if (
            (file.problems and _broken(statement))
            or statement.start == statement.head_end
            or _named_by_template(statement)
        ):
            continue
        complaint = _complaint(statement, here, chain, target, seen)
        if complaint is not None and not (complaint.check is Check.DUPLICATE and file.templated):
            yield complaint


def _broken(statement: Statement) -> bool:
    return after_quote(statement.source, statement.start, statement.head_end + 1) is not None


def _named_by_template(statement: Statement) -> bool:
    return not statement.name.isalnum() and statement.words[0].opaque


def _complaint(
    statement: Statement,
    context: str,
    chain: Chain,
    target: Version | None,
    seen: dict[tuple[int, str], Statement],
) -> Complaint | None:
    name = statement.name
    variants = _variants(name, target)
    if variants is None:
        return None
    if not variants:
        return Complaint(Check.UNKNOWN, statement, context, f'unknown directive "{name}"')
    variant = next((one for one in variants if context in one.contexts), None)
    if variant is None:
        return Complaint(Check.MISPLACED, statement, context, f'"{name}" directive is not allowed here')
    if variant.block != isinstance(statement, Block):
        return _wrong_form(statement, context, variant)
    if not _takes(variants, context, statement.count - 1):
        return _wrong_count(statement, context, variant)
    if variant.kind == "flag" and statement.values[0].lower() not in ("on", "off") and not statement.opaque:
        message = f'invalid value "{statement.values[0]}" in "{name}" directive, it must be "on" or "off"'
        return Complaint(Check.FLAG, statement, context, message, variant=variant)
    if variant.refuses_duplicate:
        first = seen.setdefault((id(chain[0]) if chain else 0, name), statement)
        if first is not statement:
            return Complaint(
                Check.DUPLICATE, statement, context, f'"{name}" directive is duplicate', first=first
            )
    return None


@lru_cache(maxsize=4096)
def _variants(name: str, target: Version | None) -> tuple[Variant, ...] | None:
    """How the target, or without one the newest release that knows it, takes the directive.

    Empty if it does not; None if a module from elsewhere does, of which nothing else is known.
    """
    directive = vocabulary.directive(name, target)
    if directive is None:
        return None if vocabulary.third_party(name) else ()
    if target is None:
        newest = vocabulary.directive(name, vocabulary.NEWEST)
        directive = newest or directive
    return directive.variants


def _takes(variants: tuple[Variant, ...], context: str, arguments: int) -> bool:
    return any(context in one.contexts and one.accepts(arguments) for one in variants)


def _wrong_form(statement: Statement, context: str, variant: Variant) -> Complaint:
    problem = 'has no opening "{"' if variant.block else 'is not terminated by ";"'
    message = f'directive "{statement.name}" {problem}'
    missing = None if variant.block else _missing_after(statement, context)
    return Complaint(Check.FORM, statement, context, message, missing, variant=variant)


def _wrong_count(statement: Statement, context: str, variant: Variant) -> Complaint | None:
    if statement.opaque:
        return None
    message = f'invalid number of arguments in "{statement.name}" directive'
    return Complaint(
        Check.COUNT, statement, context, message, _missing_after(statement, context), variant=variant
    )


def _missing_after(statement: Statement, context: str) -> Word | None:
    """The word before the first one that begins a line and is a directive of this context."""
    words = statement.words
    for before, word in pairwise(words):
        between = statement.source.text[before.end : word.start]
        if "\n" in between and not word.quoted and context in vocabulary.contexts_of(word.value):
            return before
    return None
