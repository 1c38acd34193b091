"""Marks of template languages in unit files."""

from deploylint.pattern import MULTILINE, pattern

_MAY_BEGIN = pattern(r"[{}<%@]")
# Jinja, Go and Handlebars; Jinja statements and comments; ERB and EPP; autoconf and CMake.
_MARKS = pattern(r"\{\{|\}\}|\{%|%\}|\{#|#\}|<%|%>|@\{?[A-Za-z_][A-Za-z0-9_]*+\}?@")
# An expression ends where the next one of its kind begins, so that none is looked for behind every mark to the end.
_EXPRESSION = pattern(
    r"\{\{(?:[^{}\n]|\}(?!\})|\{(?!\{))*+\}\}|\{%(?:[^%{\n]|%(?!\})|\{(?!%))*+%\}|<%(?:[^%<\n]|%(?!>)|<(?!%))*+%>"
    r"|@\{?[A-Za-z_][A-Za-z0-9_]*+\}?@"
)
MASK = "\ue000"
_STATEMENTS = pattern(r"\{%|<%(?!=)|\{\{[~-]?[ \t]*+(?:#|/|if\b|else\b|end\b|range\b|with\b)")
# `User=${APP_USER}`: neither systemd nor a shell replaces that, so that envsubst or its like will. In Environment=
# people put variables by mistake.
_SUBSTITUTED = pattern(
    r"^(?!Exec|Environment[ \t]*=)[A-Za-z]++[ \t]*+=[^\n$]*+\$\{[A-Za-z_][A-Za-z0-9_]*+\}", MULTILINE
)
_VARIABLE = pattern(r"\$\{[A-Za-z_][^}]*+\}")


def has_marks(text: str, *, variables: bool = False) -> bool:
    """Whether a template language will replace a part of the text; `variables` counts `${NAME}`, too."""
    if _MAY_BEGIN.search(text) is None:
        return False
    return _MARKS.search(text) is not None or (variables and _VARIABLE.search(text) is not None)


def is_substituted(text: str) -> bool:
    """Whether `${NAME}` stands in a unit file where nobody but a template language would replace it."""
    return "${" in text and _SUBSTITUTED.search(text) is not None


def masked(text: str) -> str:
    """The text with each expression of a template as long a run of `MASK` behind a slash, so that it is one word."""
    return _EXPRESSION.sub(lambda match: "/" + MASK * (len(match[0]) - 1), text) if has_marks(text) else text


def has_statements(text: str) -> bool:
    """Whether a template language decides which lines there will be."""
    return _STATEMENTS.search(text) is not None
