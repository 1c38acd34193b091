"""Which rules run: the default set, `select`, `ignore` and `--pedantic`."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from deploylint.diagnostic import Group
from deploylint.packs import RuleName
from deploylint.rule import Rule
from deploylint.settings import Settings, SettingsError
from deploylint.vocabulary.nearest import nearest

EVERYTHING = "all"


def validate(words: Iterable[str], names: Sequence[RuleName]) -> None:
    """Check that every word of `select` or `ignore` means something.

    A word is a rule's name, a subject (`nginx`, `deployment`), a group (`security`) or `all`. Raises
    SettingsError with the nearest known word otherwise.
    """
    known = {name.name for name in names} | {name.subject for name in names}
    known |= {group.value for group in Group} | {EVERYTHING}
    for word in words:
        if word not in known and not _known_alias(word, names):
            close = nearest(word, sorted(known))
            hint = f"; did you mean {close!r}?" if close else "; see deploylint rules"
            raise SettingsError(f"unknown rule {word!r}{hint}")


def _known_alias(word: str, names: Sequence[RuleName]) -> bool:
    return any(word in name.load().aliases for name in names)


def enabled(rules: Iterable[Rule], settings: Settings) -> list[Rule]:
    """The rules that the settings turn on. Naming a rule itself beats naming its subject or group."""
    return [rule for rule in rules if _is_enabled(rule, settings)]


def _is_enabled(rule: Rule, settings: Settings) -> bool:
    own = {rule.name, *rule.aliases}
    if own & set(settings.ignore):
        return False
    if own & set(settings.select):
        return True
    families = {rule.subject, rule.group.value, EVERYTHING}
    if families & set(settings.ignore):
        return False
    if settings.select and not families & set(settings.select):
        return False
    return settings.pedantic or not rule.pedantic


def ignored_in(path: str, rule: str, settings: Settings) -> bool:
    """Whether `per-file-ignores` silences a rule in a file; globs match the path from the settings file's folder."""
    return any(
        (rule in rules or EVERYTHING in rules) and (fnmatchcase(path, glob) or fnmatchcase(path, f"*/{glob}"))
        for glob, rules in settings.per_file_ignores.items()
    )
