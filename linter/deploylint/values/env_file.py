r"""Env files: the same lines mean different things to the programs that read them.

| reader | comment in a line | quotes | `$` | escapes |
|---|---|---|---|---|
| systemd EnvironmentFile= | none | at the start of a value | literal | `\\x` is x; in `"` only of `"\\`$` |
| docker compose | blank and `#`, unquoted | around the whole value | expanded, not in `'` | in `"` |
| python-dotenv | blank and `#`, unquoted | around the whole value | `${X}` expanded, in any quotes | in both |
| POSIX shell | blank and `#` | anywhere in the word | expanded, not in `'` | `\\x` is x; in `"` only of `"\\`$` |
"""

from collections.abc import Callable

from deploylint.enumeration import Enum
from deploylint.values.env_entry import EnvEntry, EnvFile
from deploylint.values.errors import ValueProblem


class EnvDialect(Enum):
    """Who reads the file."""

    SYSTEMD = "systemd EnvironmentFile="
    COMPOSE = "docker compose env_file and .env"
    DOTENV = "python-dotenv"
    SHELL = "POSIX shell (source)"


def parse_env_file(text: str, dialect: EnvDialect) -> EnvFile:
    """Read a whole env file as that program does. Total: what is wrong is part of the result."""
    entries: list[EnvEntry] = []
    problems: list[ValueProblem] = []
    _reader(dialect)(text, entries, problems)
    return EnvFile(tuple(entries), tuple(problems))


def _reader(dialect: EnvDialect) -> Callable[[str, list[EnvEntry], list[ValueProblem]], None]:
    match dialect:
        case EnvDialect.SYSTEMD:
            from deploylint.values.env_file_systemd import read_systemd  # noqa: PLC0415 (only the one that is needed)

            return read_systemd
        case EnvDialect.COMPOSE:
            from deploylint.values.env_file_compose import read_compose  # noqa: PLC0415

            return read_compose
        case EnvDialect.DOTENV:
            from deploylint.values.env_file_dotenv import read_dotenv  # noqa: PLC0415

            return read_dotenv
        case EnvDialect.SHELL:
            from deploylint.values.env_file_shell import read_shell  # noqa: PLC0415

            return read_shell
