"""nginx: directives and variables by context; upstreams, named locations and includes."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from deploylint.document import Chain
from deploylint.formats.nginx.configuration import Configuration
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.formats.nginx.relations.definitions import definitions as defined_names
from deploylint.formats.nginx.scope import known, locations, matcher
from deploylint.formats.nginx.targets import upstreams
from deploylint.formats.nginx.words import Word
from deploylint.language_server.languages import (
    Choice,
    Choices,
    Kind,
    Place,
    Told,
    beginning,
    code,
    values,
    written,
)
from deploylint.pattern import pattern
from deploylint.source import Location, Span
from deploylint.vocabulary import defaults
from deploylint.vocabulary import nginx as vocabulary

_NAME = r"[\w]"
_ARGUMENT = r"[^\s;{}'\"]"
_NAME_BEFORE = pattern(r"(?:^|[;{}])[ \t]*+\w*+$")
_BEGUN = pattern(r"(?:^|[;{}])[ \t]*+(\w++)[ \t]")
_TARGET = pattern(r"(?:\w+://)?(?P<host>[\w.-]+)")
_MANUAL = "https://nginx.org/en/docs/"
# Modules whose directives are described elsewhere than under the name of their C file.
_PAGES = {
    "ngx_http": "ngx_http_core_module",
    "ngx_stream": "ngx_stream_core_module",
    "ngx_mail": "ngx_mail_core_module",
    "ngx_http_copy_filter_module": "ngx_http_core_module",
    "ngx_http_try_files_module": "ngx_http_core_module",
    "ngx_http_image_filter_module": "ngx_http_image_filter_module",
}
_SUBSYSTEMS = ("http", "stream", "mail")


def hover(place: Place) -> Told | None:
    """A directive, or a variable in an argument."""
    span = place.word(r"[\w$]")
    name = place.text(span)
    if name.startswith("$"):
        return _variable(place, span, name)
    statement, _ = _around(place)
    if statement is None or not place.is_in(statement.name_at):
        return None
    at = statement.name_at
    return _directive(place, at.span, statement.name)


def _directive(place: Place, span: Span, name: str) -> Told | None:
    found = vocabulary.directive(name, place.version("nginx")) or vocabulary.directive(name)
    if found is None:
        module = vocabulary.third_party(name)
        return Told(span, name, {"module": f"{module}, not part of nginx"}) if module else None
    context = _context(place)
    variants = found.variants_in(context or "") or found.variants
    variant = variants[0]
    contexts = dict.fromkeys(context for one in found.variants for context in one.contexts)
    facts = {"contexts": ", ".join(contexts), "arguments": _arguments(variant)}
    if variant.block:
        facts["form"] = "a block"
    if variant.kind not in ("custom", "ignored"):
        facts["value"] = variant.kind
    if variant.words:
        facts["words"] = ", ".join(variant.words)
    if any(bound is not None for bound in variant.bounds):
        low, high = variant.bounds
        facts["bounds"] = f"{'' if low is None else low} to {'' if high is None else high}".strip()
    default = defaults.nginx(name, context, place.version("nginx"))
    if default is not None:
        facts["default"] = code(default)
    if found.since > vocabulary.OLDEST:
        facts["since"] = f"nginx {written(found.since)}"
    whole = vocabulary.directive(name)
    if whole is not None and whole.removed is not None:
        facts["removed"] = f"nginx {written(whole.removed)}"
    if variant.replacement:
        facts["deprecated"] = f"use {variant.replacement}"
    if variant.kind == "ignored":
        facts["effect"] = "none any more"
    facts["again in the same block"] = "refused" if variant.refuses_duplicate else "allowed"
    return Told(span, name, facts, _manual(name, variant.module))


def _arguments(variant: vocabulary.Variant) -> str:
    counts = [str(count) for count in variant.counts]
    if variant.at_least is not None:
        counts.append(f"{variant.at_least} or more")
    return " or ".join(counts) or "none"


def _manual(name: str, module: str) -> str:
    page = _PAGES.get(module, module)
    kind = next((one for one in _SUBSYSTEMS if page.startswith(f"ngx_{one}_")), None)
    if kind is None or name == "error_log":
        page = "ngx_google_perftools_module" if "perftools" in page else "ngx_core_module"
        return f"{_MANUAL}{page}.html#{name}"
    if page.startswith(f"ngx_{kind}_upstream"):
        page = f"ngx_{kind}_upstream_module"
    if page not in _PAGES.values():
        page = page.replace("_filter_module", "_module")
    if name.startswith("gzip_") and page == "ngx_http_core_module":
        page = "ngx_http_gzip_module"
    return f"{_MANUAL}{kind}/{page}.html#{name}"


def _variable(place: Place, span: Span, name: str) -> Told | None:
    stream = (_context(place) or "").startswith("stream")
    since = vocabulary.variable_since(name[1:], stream=stream)
    if since is None:
        return None
    facts = {"kind": f"variable of the {'stream' if stream else 'http'} modules"}
    if since > vocabulary.OLDEST:
        facts["since"] = f"nginx {written(since)}"
    return Told(span, name, facts, f"{_MANUAL}varindex.html")


def choices(place: Place) -> Choices | None:
    """Directives of the block, or what the directive takes."""
    if "#" in place.before:
        return None
    context = _context(place)
    if _NAME_BEFORE.search(place.before):
        if context is None:
            return None
        return Choices(place.word(_NAME), _directives(context, place.version("nginx")))
    begun = _BEGUN.findall(place.before)
    statement, _ = _around(place)
    name = begun[-1] if begun else statement.name if statement is not None else None
    return _values(place, name, context) if name else None


@lru_cache(maxsize=32)
def _directives(context: str, version: vocabulary.Version | None) -> tuple[Choice, ...]:
    found = []
    for name in vocabulary.names():
        directive = vocabulary.directive(name, version or vocabulary.NEWEST)
        variants = directive.variants_in(context) if directive else ()
        if directive is None or not variants:
            continue
        detail = "block" if variants[0].block else variants[0].kind.replace("custom", "")
        if directive.since > vocabulary.OLDEST:
            detail = f"{detail}, since {written(directive.since)}".removeprefix(", ")
        deprecated = bool(variants[0].replacement) or variants[0].kind == "ignored"
        found.append(Choice(name, Kind.KEY, detail, deprecated=deprecated))
    return tuple(found)


def _values(place: Place, name: str, context: str | None) -> Choices | None:
    span = place.word(_ARGUMENT)
    word = place.source.text[span.start : place.offset]
    configuration = known(place.project)
    dollar = word.rfind("$")
    if dollar >= 0:
        start = span.start + dollar + (2 if word[dollar + 1 : dollar + 2] == "{" else 1)
        names = _variables(configuration, stream=(context or "").startswith("stream"))
        end = place.word(r"\w").end
        return Choices(Span(start, end), [Choice(name, Kind.PLACEHOLDER) for name in names])
    if word.startswith("@"):
        return Choices(span, [Choice(name, Kind.REFERENCE) for name in _named_locations(place)])
    if name.endswith("_pass"):
        start = span.start + word.rfind("/") + 1
        upstreams = {one for group in defined_names(configuration).upstreams.values() for one in group}
        return Choices(
            Span(start, max(start, span.end)),
            [Choice(one, Kind.REFERENCE, "upstream") for one in sorted(upstreams)],
        )
    found = vocabulary.directive(name, place.version("nginx") or vocabulary.NEWEST)
    variants = found.variants_in(context) if found and context else ()
    words = [word for one in variants for word in (("on", "off") if one.kind == "flag" else one.words)]
    return values(span, list(dict.fromkeys(words))) if words else None


def _variables(configuration: Configuration, *, stream: bool) -> list[str]:
    built_in = vocabulary.variables(stream=stream)
    return sorted({*built_in, *defined_names(configuration).variables})


def _named_locations(place: Place) -> dict[str, Block]:
    """The named locations of the server around the place."""
    file, (_, chain) = _file(place), _around(place)
    configuration = known(place.project)
    found: dict[str, Block] = {}
    for bodies in configuration.places(file, chain):
        server = next((body for body in bodies if isinstance(body, Block) and body.name == "server"), None)
        for location in locations(configuration, server) if server else ():
            modifier, name = matcher(location)
            if modifier == "@":
                found.setdefault(name, location)
    return found


def definitions(place: Place) -> Iterator[Location]:
    """Included files, upstream blocks, named locations."""
    statement, _ = _around(place)
    if statement is None:
        return
    word = next((word for word in statement.args if place.is_in(word.at)), None)
    if word is None:
        return
    configuration = known(place.project)
    if statement.name == "include":
        yield from (beginning(file) for file in configuration.included(statement).files)
    elif word.value.startswith("@"):
        location = _named_locations(place).get(word.value)
        if location is not None:
            yield location.header
    elif statement.name.endswith("_pass"):
        yield from _upstream(place, configuration, word)


def _upstream(place: Place, configuration: Configuration, word: Word) -> Iterator[Location]:
    match = _TARGET.match(word.value)
    if match is not None:
        yield from (
            block.header for block in upstreams(configuration).blocks(match["host"].lower(), _file(place))
        )


def _file(place: Place) -> File:
    assert isinstance(place.document, File)  # noqa: S101  the format of the document chose this module
    return place.document


def _around(place: Place) -> tuple[Statement | None, Chain]:
    """The statement at the place, of a block its head, and the blocks around."""
    chain: Chain = None
    children: Sequence[Statement] = _file(place).children
    while True:
        found = next((one for one in children if _holds(one, place)), None)
        if found is None or place.offset <= found.head_end or not isinstance(found, Block):
            return found, chain
        chain, children = (found, chain), found.children


def _holds(statement: Statement, place: Place) -> bool:
    """Whether the place is in a statement. Behind the brace that closes a block it is not; behind a semicolon it is."""
    closed = isinstance(statement, Block) and place.source.text[statement.end - 1 : statement.end] == "}"
    return statement.start <= place.offset and place.offset <= statement.end - closed


def _context(place: Place) -> str | None:
    _, chain = _around(place)
    return known(place.project).context(_file(place), chain)
