from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.formats.env import Entry, EnvFile
from deploylint.model.env_readers import readers
from deploylint.project import Project
from deploylint.values.env_file import EnvDialect
from deploylint.values.errors import printable

_SHORT = {
    EnvDialect.SYSTEMD: "systemd",
    EnvDialect.COMPOSE: "docker compose",
    EnvDialect.DOTENV: "python-dotenv",
    EnvDialect.SHELL: "the shell",
}


@rule(Severity.WARNING, confidence=Confidence.HIGH)
def env_read_differently(project: Project) -> Findings:
    """A line of an env file that its readers understand differently.

    ## Why is this bad?
    There is no standard for env files. To systemd a `#` behind a value is part of the value, `export` is
    part of the name, and `$` is a letter; docker compose and shells see a comment, a keyword and a
    variable. A file that several programs read gives them different values, and one that only systemd
    reads gives other values than it seems.

    ## Example
    ```env title="deploy/shop.env"
    LOG_LEVEL=info # or debug
    ```
    ```systemd
    [Service]
    User=shop
    EnvironmentFile=/srv/shop/deploy/shop.env
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```env title="deploy/shop.env"
    # or debug
    LOG_LEVEL=info
    ```
    ```systemd
    [Service]
    User=shop
    EnvironmentFile=/srv/shop/deploy/shop.env
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## References
    - systemd.exec(5), EnvironmentFile=
    - https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
    - https://github.com/systemd/systemd/issues/12527
    """
    for file in project.documents_of(EnvFile):
        consumers = readers(project).get(file.path, {})
        dialects = list(consumers)
        if not dialects or file.templated:
            continue
        assumed = dialects == [EnvDialect.SYSTEMD]
        if assumed:
            dialects.append(EnvDialect.DOTENV)
        related = tuple(Label(at, f"{_SHORT[dialect]} reads it here") for dialect, at in consumers.items())
        values = {
            dialect: {one.name: one.value for one in file.read(dialect).entries} for dialect in dialects
        }
        # The last one of each name holds.
        for entry in {entry.name: entry for entry in file.entries}.values():
            differing = _differing(entry, values)
            if differing is None:
                continue
            one, other = (_SHORT[dialect] for dialect in differing)
            words = (
                "takes the line otherwise than it looks" if assumed else f"and {other} read different values"
            )
            yield Finding(
                entry.at,
                printable(f"{entry.name[:60]}: {one} {words}"),
                label=_reason(entry),
                related=related,
                help="write NAME=value, with comments on lines of their own and single quotes around special characters",
            )


def _differing(
    entry: Entry, values: dict[EnvDialect, dict[str, str | None]]
) -> tuple[EnvDialect, EnvDialect] | None:
    """Two readers with different values; what depends on other variables is not compared."""
    seen = [(dialect, entry.name in each, each.get(entry.name)) for dialect, each in values.items()]
    first, there, value = seen[0]
    for dialect, also_there, other in seen[1:]:
        if there != also_there or (there and value is not None and other is not None and value != other):
            return first, dialect
    return None


def _reason(entry: Entry) -> str:
    if entry.export:
        return "export belongs to the name for systemd, which drops the line"
    if entry.comment is not None:
        return "the comment belongs to the value for systemd"
    if "$" in entry.raw:
        return "the dollar sign is a letter for systemd and the start of a variable for others"
    return "blanks, quotes or backslashes"
