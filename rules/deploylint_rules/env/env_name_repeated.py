from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.formats.env import Entry, EnvFile
from deploylint.values.errors import printable


@rule(Severity.WARNING)
def env_name_repeated(file: EnvFile) -> Findings:
    """One name is set twice in an env file, to different values.

    ## Why is this bad?
    The last line wins for systemd, docker compose, python-dotenv and shells. Whoever changes the first one sees no effect.

    ## Example
    ```env
    LOG_LEVEL=debug
    WORKERS=3
    LOG_LEVEL=info
    ```

    ## Use instead
    ```env
    WORKERS=3
    LOG_LEVEL=info
    ```

    ## References
    - systemd.exec(5), EnvironmentFile=
    - https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/
    """
    entries = _perhaps_repeated(file.entries)
    last: dict[str, Entry] = {entry.name: entry for entry in entries}
    for entry in entries:
        winner = last[entry.name]
        # A value that extends the one before uses it.
        if winner is entry or entry.raw == winner.raw or f"${entry.name}" in winner.raw.replace("{", ""):
            continue
        if file.templated or not entry.name:
            continue
        yield Finding(
            entry.name_at,
            printable(f"{entry.name[:60]} is set again below, and the last line wins"),
            label="no effect",
            related=(Label(winner.name_at, "this one counts"),),
            help="keep one of the two",
        )


def _perhaps_repeated(entries: list[Entry]) -> list[Entry]:
    """Those whose names come more than once, and a few others.

    There may be millions of names, so that each has a byte, which it may share, instead of a place in a dictionary.
    """
    seen, again = bytearray(8 * len(entries)), set()
    for entry in entries:
        place = hash(entry.name) % len(seen)
        if seen[place]:
            again.add(place)
        seen[place] = 1
    return [entry for entry in entries if hash(entry.name) % len(seen) in again] if again else []
