"""The application that a server is told to run."""

from collections.abc import Callable

from deploylint.dataclass import replace
from deploylint.formats.command_line.invocation import AppTarget, Kind
from deploylint.pattern import pattern
from deploylint.values.words import Word

_ATTRIBUTE = pattern(r"[A-Za-z_]\w*+")
_CALL = pattern(r"([A-Za-z_]\w*+)[ \t]*+\([\s\S]*\)")


def _module_and_attribute(word: Word) -> tuple[str, str | None]:
    module, colon, attribute = word.value.partition(":")
    return module, attribute if colon else None


def gunicorn_target(word: Word) -> AppTarget:
    """`module`, `module:name` or `module:factory(literals)` (gunicorn/util.py, import_app)."""
    if word.opaque:
        return AppTarget(word)
    module, attribute = _module_and_attribute(word)
    if attribute is None:
        return AppTarget(word, module)
    if call := _CALL.fullmatch(attribute):
        return AppTarget(word, module, call[1], factory=True)
    if _ATTRIBUTE.fullmatch(attribute):
        return AppTarget(word, module, attribute)
    message = f"Failed to parse '{attribute}' as an attribute name or function call."
    return AppTarget(word, module, problem=message)


def _asgi(word: Word) -> AppTarget:
    """`module:attribute.attribute`, both needed (uvicorn/importer.py, daphne/utils.py)."""
    if word.opaque:
        return AppTarget(word)
    module, attribute = _module_and_attribute(word)
    if not module or not attribute:
        message = f"Import string '{word.value}' must be in format '<module>:<attribute>'."
        return AppTarget(word, module or None, problem=message)
    return AppTarget(word, module, attribute)


def _lenient(word: Word) -> AppTarget:
    """`module[:attribute]`, as hypercorn, granian, waitress and celery take it."""
    if word.opaque:
        return AppTarget(word)
    text = word.value
    for mode in ("asgi:", "wsgi:"):
        if text.startswith(mode) and text.count(":") > 1:
            word = word.part(len(mode))
    module, attribute = _module_and_attribute(word)
    call = _CALL.fullmatch(attribute or "")
    return AppTarget(word, module, call[1] if call else attribute, factory=call is not None)


def flask_target(word: Word) -> AppTarget:
    """`path/app.py`, `module`, each with `:name` or `:factory()` (flask/cli.py, prepare_import)."""
    found = _lenient(word)
    if found.module is not None and ("/" in found.module or found.module.endswith(".py")):
        return replace(found, module=None, file=found.module)
    return found


_FORMS: dict[Kind, Callable[[Word], AppTarget]] = {
    Kind.GUNICORN: gunicorn_target,
    Kind.UVICORN: _asgi,
    Kind.DAPHNE: _asgi,
    Kind.HYPERCORN: _lenient,
    Kind.GRANIAN: _lenient,
    Kind.WAITRESS: _lenient,
}


def positional_target(kind: Kind, word: Word) -> AppTarget | None:
    """The target of a server that takes it as its argument."""
    form = _FORMS.get(kind)
    return None if form is None else form(word)


def celery_target(word: Word) -> AppTarget:
    """`-A module[:attribute]`; the last name of `module` may be the attribute, too (celery/app/utils.py, find_app)."""
    return _lenient(word)


def uwsgi_module(word: Word, callable_name: Word | None) -> AppTarget:
    """`--module module[:callable]`; `--callable` names it apart."""
    if word.opaque or "%(" in word.value:
        return AppTarget(word)
    found = _lenient(word)
    if callable_name is not None and found.attribute is None:
        return replace(found, attribute=callable_name.known)
    return found


def uwsgi_file(word: Word, callable_name: Word | None) -> AppTarget:
    """`--wsgi-file path`."""
    if word.opaque or "%(" in word.value:
        return AppTarget(word)
    return AppTarget(word, file=word.value, attribute=callable_name.known if callable_name else None)
