"""Environment variables that a module cannot do without, as it asks libraries for them.

Measured with django-environ 0.14.0, environs 15.2.0 and pydantic-settings 2.16.3:

- django-environ: `env("X")`, `env.str("X")`, `env.db("X")` raise ImproperlyConfigured; `env.db()` wants DATABASE_URL. A
  default is `default=`, the second value of most methods, or a tuple of the scheme: `Env(X=(bool, False))`. The second
  value of `env()`, `env.list()`, `env.tuple()` and `env.dict()` is the type. Files are read by `read_env` alone.
- environs: the same calls raise EnvNotSetError; the second value is the default. `Env(eager=False)` waits for `seal()`.
- pydantic-settings: a field without a default is required, `Optional[str]` and `Field(...)` too. Its variable is the
  prefix and the name in any case, or the alias alone. A class with `env_file` takes them from that file, too.
  `BaseSettings` of pydantic itself exists in pydantic 1 only, where an optional field has the default None.

Whatever is not written out is left out: what is asked for under a condition, in a function, or with a value that may
be a default. So is what a file may give that lies on the server only.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import takewhile

from deploylint.formats.python import expressions as e
from deploylint.formats.python import lines as layout
from deploylint.formats.python.blocks import Module
from deploylint.formats.python.lines import EQUAL, NAME, NEWLINE, Line, terminal
from deploylint.formats.python.literals import string_value
from deploylint.formats.python.nodes import Assignment, ExpressionStatement, Import, walk
from deploylint.formats.python.parser import PARSER, bare
from deploylint.pattern import pattern
from deploylint.syntax.driver import Lexeme

_LPAR, _RPAR, _COMMA, _DOT, _STRING = (terminal(name) for name in ("LPAR", "RPAR", "COMMA", "DOT", "STRING"))
_OPENING = frozenset(terminal(name) for name in ("LPAR", "LSQB", "LBRACE"))
_CLOSING = frozenset(terminal(name) for name in ("RPAR", "RSQB", "RBRACE"))
_LONGEST_CALL = 64
# With one of these, a part of a statement may not run.
_CONDITIONAL = frozenset(terminal(name) for name in ("IF", "AND", "OR", "LAMBDA", "FOR"))
_URLS = {
    "db": "DATABASE_URL",
    "db_url": "DATABASE_URL",
    "cache": "CACHE_URL",
    "cache_url": "CACHE_URL",
    "email": "EMAIL_URL",
    "email_url": "EMAIL_URL",
    "search_url": "SEARCH_URL",
    "channels": "CHANNELS_URL",
    "channels_url": "CHANNELS_URL",
}
_METHODS = frozenset(
    {
        "bool", "bytes", "date", "datetime", "decimal", "dict", "dj_cache_url", "dj_db_url", "dj_email_url",
        "float", "int", "json", "list", "log_level", "path", "str", "time", "timedelta", "tuple", "url", "uuid",
        *_URLS,
    }
)  # fmt: skip
# Arguments that say nothing of a default.
_NEUTRAL = frozenset({"cast", "subcast", "validate"})
# A module that fills the environment, and one that asks for names with a prefix.
_FILLS = pattern(
    r"\benviron\s*+\.\s*+(?:setdefault|update)\b|\benviron\s*+\[[^\]\n]*+\]\s*+=(?!=)|\bputenv\b"
)
_PREFIXES = pattern(r"\bprefix(?:ed)?\b")
_SCALARS = frozenset(
    {
        "str", "int", "bool", "float", "bytes", "Decimal", "Path", "SecretStr", "AnyUrl", "AnyHttpUrl", "HttpUrl",
        "PostgresDsn", "MySQLDsn", "RedisDsn", "AmqpDsn", "EmailStr", "PositiveInt",
    }
)  # fmt: skip
_OTHER_DEFAULTS = frozenset({"default", "default_factory", "alias", "validation_alias", "env"})
# Words with which a class of settings takes values from elsewhere, or under more names than one.
_ELSEWHERE = pattern(
    r"\b(?:settings_customise_sources|customise_sources|secrets_dir|populate_by_name|validate_by_name|case_sensitive"
    r"|env_nested_delimiter|alias_generator|(?:yaml|toml|json)_file|_env_file|cli_parse_args|model_validator"
    r"|root_validator|__init__|fields|env_file|env_prefix_target)\b"
)
_PREFIX = pattern(r"\benv_prefix[\"']?\s*+[=:]\s*+(?P<value>[^\n,)}]*+)")
_CALL = pattern(r"(?<![\w.])(?P<name>\w++)[ \t]*+\(\s*+(?P<closed>\)?)")
_ARGUMENT = pattern(r"[(,]\s*+(?P<name>\w++)\s*+(?=[,)])")
_LITERAL = pattern(r"([\"'])(?P<text>\w*+)\1\s*+\Z")


def requires_variables(text: str) -> bool:
    """Whether `required_variables` may find any in a module with this text."""
    return ("environ" in text or "BaseSettings" in text) and not _FILLS.search(text)


def required_variables(module: Module) -> set[str]:
    """The variables without which the module, or the settings that it makes, fail."""
    text = module.source.text
    found: set[str] = set()
    if not requires_variables(text):
        return found
    if "environ" in text:
        found |= _asked(module)
    if "BaseSettings" in text:
        found |= _fields(module)
    return found


def _asked(module: Module) -> set[str]:
    if _PREFIXES.search(module.source.text):
        return set()
    callers = _callers(module)
    if not callers:
        return set()
    return {
        name for lexemes in _unconditional(module) for name in _asked_in(lexemes, module.source.text, callers)
    }


def _unconditional(module: Module) -> Iterator[list[Lexeme]]:
    """The lexemes of the statements that always run as a whole."""
    written = [lexeme for lexeme in module.lexemes if lexeme[0] != NEWLINE]
    starts = [start for _, start, _ in written]
    spans = {
        (node.start, node.end) for node in module.body if isinstance(node, (Assignment, ExpressionStatement))
    }
    for start, end in spans:
        lexemes = written[bisect_left(starts, start) : bisect_left(starts, end)]
        if not any(number in _CONDITIONAL for number, *_ in lexemes):
            yield lexemes


def _callers(module: Module) -> dict[str, frozenset[str]]:
    """The names that ask for variables, with the variables of their schemes; none that is bound twice."""
    makers: dict[str, str] = {}
    callers: dict[str, frozenset[str]] = {}
    bound: set[str] = set()
    for node, _ in walk(module.body):
        for one in node.imported if isinstance(node, Import) else ():
            if one.module in ("environ", "environs") and one.attribute in ("", "Env"):
                makers[one.name if one.attribute else f"{one.name}.Env"] = one.module
        if not isinstance(node, Assignment):
            continue
        scheme = _scheme(node.value, makers, module.source.text)
        if node.name in bound:
            callers.pop(node.name, None)
        elif scheme is not None:
            callers[node.name] = scheme
        bound.add(node.name)
    return callers


def _scheme(value: e.Expression | None, makers: Mapping[str, str], text: str) -> frozenset[str] | None:
    """The variables that `Env(...)` names, which may have a default; None where it is something else or may name more."""
    if not isinstance(value, e.Call):
        return None
    library = makers.get(text[value.function.start : value.function.end])
    if library is None or (library == "environs" and value.arguments):
        return None
    if any(argument.name is None for argument in value.arguments):
        return None
    return frozenset(
        text[argument.name.start : argument.name.end]
        for argument in value.arguments
        if argument.name is not None
    )


def _asked_in(lexemes: list[Lexeme], text: str, callers: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for index, (number, start, end) in enumerate(lexemes):
        word = text[start:end]
        if number != NAME or word not in callers or (index and lexemes[index - 1][0] == _DOT):
            continue
        rest, method = lexemes[index + 1 : index + 1 + _LONGEST_CALL], ""
        if [kind for kind, *_ in rest[:2]] == [_DOT, NAME]:
            method, rest = text[rest[1][1] : rest[1][2]], rest[2:]
            if method not in _METHODS:
                continue
        if not rest or rest[0][0] != _LPAR:
            continue
        name = _name_asked(rest[1:], text, _URLS.get(method))
        if name and name not in callers[word]:
            yield name


def _name_asked(rest: list[Lexeme], text: str, usual: str | None) -> str | None:
    """The variable of a call from behind its bracket; None where it has or may have a default, or goes on and on."""
    if rest and rest[0][0] == _RPAR:
        return usual
    if [kind for kind, *_ in rest[:1]] != [_STRING] or rest[1:2] == [] or rest[1][0] not in (_COMMA, _RPAR):
        return None
    depth = 0
    for index, (number, _, _) in enumerate(rest):
        if number in _CLOSING:
            if depth == 0:
                break
            depth -= 1
        elif number in _OPENING:
            depth += 1
        elif number == _COMMA and depth == 0:
            following = rest[index + 1 : index + 3]
            if following and following[0][0] == _RPAR:
                continue
            named = [kind for kind, *_ in following] == [NAME, EQUAL]
            if not named or text[following[0][1] : following[0][2]] not in _NEUTRAL:
                return None
    else:
        return None
    name = string_value(text[rest[0][1] : rest[0][2]])
    return name if isinstance(name, str) else None


def _fields(module: Module) -> set[str]:
    """The required fields of classes of settings that the module makes without arguments."""
    text = module.source.text
    origin = next(
        (
            one.module
            for node in module.body
            for one in (node.imported if isinstance(node, Import) else ())
            if one.name == one.attribute == "BaseSettings" and one.module in ("pydantic", "pydantic_settings")
        ),
        None,
    )
    if origin is None or module.problems:
        return set()
    made = {
        text[first[1] : first[2]]
        for lexemes in _unconditional(module)
        for first, *behind in zip(lexemes, lexemes[1:], lexemes[2:], strict=False)
        if [first[0], *(kind for kind, *_ in behind)] == [NAME, _LPAR, _RPAR]
    }
    made -= _used_otherwise(text)
    lines = list(layout.cut(module.lexemes, text, frozenset(), frozenset()))
    found: set[str] = set()
    for index, line in enumerate(lines):
        words = [text[start:end] for _, start, end in line.lexemes]
        if line.indentation or words[:1] != ["class"] or words[2:] != ["(", "BaseSettings", ")", ":"]:
            continue
        body = list(takewhile(lambda one: one.indentation > 0, lines[index + 1 :]))
        if body and words[1] in made and (prefix := _prefix(body, text)) is not None:
            found |= _required_fields(body, text, prefix, optional_is_required=origin == "pydantic_settings")
    return found


def _used_otherwise(text: str) -> set[str]:
    """Names that are called with arguments, or that are an argument or a base of something."""
    # `class Settings(BaseSettings)` looks like one call of Settings.
    called = Counter(match["name"] for match in _CALL.finditer(text) if not match["closed"])
    return {name for name, times in called.items() if times > 1} | {
        match["name"] for match in _ARGUMENT.finditer(text)
    }


def _prefix(body: list[Line], text: str) -> str | None:
    """The prefix of a class's variables, None where it is not certain."""
    inside = text[body[0].start : body[-1].end]
    if _ELSEWHERE.search(inside):
        return None
    match = _PREFIX.search(inside)
    if match is None:
        return None if "env_prefix" in inside else ""
    literal = _LITERAL.match(match["value"])
    return literal["text"] if literal else None


def _required_fields(body: list[Line], text: str, prefix: str, *, optional_is_required: bool) -> set[str]:
    found = set()
    for line in body:
        if line.indentation != body[0].indentation:
            continue
        tree = PARSER.parse_lexemes(line.lexemes, line.end).value
        children = tree.children if tree is not None else []
        if len(children) != 1 or getattr(children[0], "data", "") != "annotated_assignment":
            continue
        target, annotation, *value = (bare(child) for child in children[0].children)
        kind = _kind(text[annotation.start : annotation.end])
        if (
            not isinstance(target, e.Name)
            or kind is None
            or (kind == "optional" and not optional_is_required)
        ):
            continue
        word = text[target.start : target.end]
        if word.startswith("_"):
            continue
        name = f"{prefix}{word}".upper()
        if value:
            name = _name_of_field(value[0], text, name, has_aliases=optional_is_required)
        if name:
            found.add(name)
    return found


def _kind(annotation: str) -> str | None:
    """`plain` or `optional` for types that one variable gives; None for others, such as settings within settings."""
    whole = annotation.replace(" ", "")
    if whole in _SCALARS:
        return "plain"
    if whole.removesuffix("|None") in _SCALARS:
        return "optional"
    inner = whole.removeprefix("Optional[").removesuffix("]")
    return "optional" if inner in _SCALARS and whole == f"Optional[{inner}]" else None


def _name_of_field(value: e.Expression, text: str, usual: str, *, has_aliases: bool) -> str:
    """The variable of a field `Field(...)`; empty where the field has or may have a default, or several names."""
    if not isinstance(value, e.Call) or text[value.function.start : value.function.end] != "Field":
        return ""
    name = usual
    for argument in value.arguments:
        keyword = text[argument.name.start : argument.name.end] if argument.name is not None else ""
        written = text[argument.value.start : argument.value.end]
        if keyword in (("alias", "validation_alias") if has_aliases else ("env",)):
            literal = _LITERAL.match(written)
            if literal is None or name != usual:
                return ""
            name = literal["text"].upper()
        elif argument.stars or keyword in _OTHER_DEFAULTS or (not keyword and written != "..."):
            return ""
    return name
