from functools import lru_cache

from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.nodes import Place
from deploylint.formats.systemd.target_version import target_version
from deploylint.formats.systemd.template_marks import has_marks, has_statements
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.systemd import PREFIX_OF_PRIVATE_NAMES, key, keys, sections_of, sections_with


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=("Unknown key '*' in section [*], ignoring.",))
def systemd_unknown_key(file: UnitFile, context: Context) -> Findings:
    """A key that systemd does not know is ignored.

    ## Why is this bad?
    What the line should have set keeps its default, and only the journal tells. Names are case-sensitive.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Umask=0027
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    UMask=0027
    ```

    ## When it is fine
    Keys that begin with `X-` belong to other programs. A key that came with a newer systemd is fine there:
    say with `--target systemd=VERSION` which one the unit is for.

    ## Fix safety
    Safe: systemd ignores the line as it stands.

    ## References
    systemd.directives(7)
    """
    version = target_version(context.project)
    if _are_known(file.places, version):
        return
    for line in file.lines:
        if not _is_known(line.section, line.name, version) and line.name:
            yield from _unknown(line, file, version)


@lru_cache(maxsize=1024)
def _are_known(places: frozenset[Place], version: int) -> bool:
    return all(_is_known(section, name, version) for section, name in places if name)


@lru_cache(maxsize=2048)
def _is_known(section: str, name: str, version: int) -> bool:
    known = key(section, name)
    return known is not None and known.known_in(version)


def _unknown(assignment: Assignment, unit: UnitFile, version: int) -> Findings:
    section, name = assignment.section, assignment.name
    known = key(section, name)
    if name.startswith(PREFIX_OF_PRIVATE_NAMES) or has_marks(name):
        return
    if name.startswith("-") and has_statements(unit.source.text):  # a template may join it to the line above
        return
    if section not in (sections_of(unit.type) or sections_with(name) or (section,)) or not keys(section):
        return
    if known is not None:
        since = (
            f"from systemd {known.since} on" if known.since > version else f"before systemd {known.removed}"
        )
        yield Finding(
            assignment.name_at,
            f"{name}= is known {since} only, so that systemd {version} ignores the line",
            help=_replacement(known.replacement),
        )
    if known is not None or sections_with(name):
        return
    meant = _meant(section, name, version)
    yield Finding(
        assignment.name_at,
        printable(f"Unknown key '{name}' in section [{section}], so that systemd ignores the line"),
        label="names of keys are case-sensitive" if meant and meant.lower() == name.lower() else "",
        help=f"did you mean {meant}=?" if meant else _lost_continuation(assignment),
        fix=Fix(f"rename it to {meant}=", (Edit(assignment.name_at, meant),)) if meant else None,
    )


@lru_cache(maxsize=256)
def _meant(section: str, name: str, version: int) -> str | None:
    """The same mistake is made in many files."""
    return nearest(name, (other for other in keys(section) if _current(section, other, version)))


def _current(section: str, name: str, version: int) -> bool:
    known = key(section, name)
    return known is not None and known.works_in(version)


def _replacement(replacement: tuple[str, str] | None) -> str | None:
    return f"write {replacement[1]}= in [{replacement[0]}] instead" if replacement else None


def _lost_continuation(assignment: Assignment) -> str | None:
    """The commonest cause of a key such as `--bind`: the line above has lost its backslash."""
    if not assignment.name.startswith("-"):
        return None
    return "if this belongs to the line above, that one needs a backslash as its very last character"
