"""Completion: what may be written at the cursor."""

from lsprotocol import types

from deploylint.language_server.languages import Choice, Choices, Kind, Place, languages
from deploylint.language_server.positions import Positions

_KINDS = {
    Kind.SECTION: types.CompletionItemKind.Module,
    Kind.KEY: types.CompletionItemKind.Property,
    Kind.VALUE: types.CompletionItemKind.EnumMember,
    Kind.PLACEHOLDER: types.CompletionItemKind.Variable,
    Kind.REFERENCE: types.CompletionItemKind.Reference,
}


def completion(place: Place, positions: Positions) -> types.CompletionList | None:
    """The choices, each with the edit that puts it in the place of the word under the cursor."""
    for language in languages(place.document):
        found = language.choices(place)
        if found is not None:
            return types.CompletionList(
                is_incomplete=False, items=[_item(choice, found, place, positions) for choice in found.items]
            )
    return None


def _item(choice: Choice, found: Choices, place: Place, positions: Positions) -> types.CompletionItem:
    edit = types.TextEdit(positions.range(place.source, found.span), _text(choice, found, place))
    return types.CompletionItem(
        label=choice.name,
        kind=_KINDS[choice.kind],
        detail=choice.detail or None,
        tags=[types.CompletionItemTag.Deprecated] if choice.deprecated else None,
        filter_text=choice.text or None,
        text_edit=edit,
    )


def _text(choice: Choice, found: Choices, place: Place) -> str:
    """What is written: a sign between name and value only where none follows."""
    sign = choice.text.rstrip()[-1:]
    after = place.source.text[found.span.end : found.span.end + 8].lstrip(" \t")
    there = sign in ("=", ":") and after.startswith(sign)
    return choice.name if there or not choice.text else choice.text
