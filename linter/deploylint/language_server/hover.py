"""Hover: what the vocabularies know of the name under the pointer."""

from lsprotocol import types

from deploylint.language_server.languages import Place, Told, code, languages
from deploylint.language_server.positions import Positions


def hover(place: Place, positions: Positions) -> types.Hover | None:
    """Facts as a list, with a link to the program's manual; None where nothing is known."""
    for language in languages(place.document):
        told = language.hover(place)
        if told is not None:
            content = types.MarkupContent(types.MarkupKind.Markdown, _markdown(told))
            return types.Hover(content, positions.range(place.source, told.span))
    return None


def _markdown(told: Told) -> str:
    lines = [f"**{code(told.name)}**", "", *(f"- {name}: {text}" for name, text in told.facts.items())]
    if told.manual:
        lines += ["", f"[Manual]({told.manual})"]
    return "\n".join(lines)
