"""Which rules run: the default set, `select`, `ignore` and `--pedantic`; and where they are silent."""

from collections.abc import Iterable, Mapping, Sequence

from deploylint import packs
from deploylint.dataclass import replace
from deploylint.diagnostic import Group
from deploylint.packs import RuleName
from deploylint.settings import Settings, SettingsError
from deploylint.typed import TYPE_CHECKING
from deploylint.vocabulary.nearest import nearest

if TYPE_CHECKING:
    from deploylint.candidate import Candidate

EVERYTHING = "all"
_GROUPS = frozenset(group.value for group in Group)


def resolved(settings: Settings, names: Sequence[RuleName]) -> Settings:
    """The settings with the present names of renamed rules.

    A word of `select`, `ignore` or `per-file-ignores` is a rule's name, a subject (`nginx`, `deployment`),
    a group (`security`) or `all`; `severity` takes rules only. Raises SettingsError with the nearest
    known word for any other.
    """
    rules = {name.name for name in names}
    families = families_of(names)
    words = {
        *settings.select,
        *settings.ignore,
        *(w for ws in settings.per_file_ignores.values() for w in ws),
    }
    if words <= rules | families and settings.severity.keys() <= rules:
        return settings
    former = packs.aliases(names)
    for word in sorted(words):
        _check(word, rules | families, former, settings)
    for word in settings.severity:
        _check(word, rules, former, settings)
    return replace(
        settings,
        select=_present(settings.select, former),
        ignore=_present(settings.ignore, former),
        per_file_ignores={glob: _present(w, former) for glob, w in settings.per_file_ignores.items()},
        severity={former.get(rule, rule): severity for rule, severity in settings.severity.items()},
    )


def families_of(names: Iterable[RuleName]) -> set[str]:
    """The words that stand for several rules: subjects, groups and `all`."""
    return {name.subject for name in names} | _GROUPS | {EVERYTHING}


def _check(word: str, known: Iterable[str], former: Mapping[str, str], settings: Settings) -> None:
    if word not in known and word not in former:
        close = nearest(word, sorted(known))
        hint = f"; did you mean {close!r}?" if close else "; `deploylint rules` lists them all"
        raise SettingsError(f"{_place(word, settings)}unknown rule {word!r}{hint}")


def _place(word: str, settings: Settings) -> str:
    """Where the settings file says the word, with a colon; empty for a word of the command line."""
    if settings.origin is None:
        return ""
    from deploylint.settings.reader import place_of_rule  # noqa: PLC0415  only for the message

    place = place_of_rule(settings.origin, word)
    return f"{place}: " if place else ""


def _present(words: Iterable[str], former: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(former.get(word, word) for word in words)


def is_enabled(rule: "Candidate", settings: Settings) -> bool:
    """Whether the settings turn a rule on. Naming a rule itself beats naming its subject or group."""
    if rule.name in settings.ignore:
        return False
    if rule.name in settings.select:
        return True
    families = {rule.subject, rule.family, EVERYTHING}
    if not families.isdisjoint(settings.ignore):
        return False
    if settings.select and families.isdisjoint(settings.select):
        return False
    return settings.pedantic or not rule.pedantic


def ignored_in(path: str, rule: "Candidate", settings: Settings) -> bool:
    """Whether `per-file-ignores` silences a rule in a file.

    Globs match the path from the settings file's folder, or any end of it that begins after a slash;
    `*` matches slashes, too.
    """
    from fnmatch import fnmatchcase  # noqa: PLC0415  most projects have no such setting

    own = {rule.name, rule.subject, rule.family, EVERYTHING}
    return any(
        not own.isdisjoint(rules) and (fnmatchcase(path, glob) or fnmatchcase(path, f"*/{glob}"))
        for glob, rules in settings.per_file_ignores.items()
    )
