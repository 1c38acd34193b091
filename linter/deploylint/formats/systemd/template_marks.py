"""Marks of template languages in unit files."""

import re

# Jinja, Go and Handlebars; Jinja statements and comments; ERB and EPP; autoconf and CMake.
_MARKS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|<%|%>|@\{?[A-Za-z_][A-Za-z0-9_]*+\}?@")
_STATEMENTS = re.compile(r"\{%|<%(?!=)|\{\{[~-]?[ \t]*+(?:#|/|if\b|else\b|end\b|range\b|with\b)")
_VARIABLE = re.compile(r"\$\{[A-Za-z_][^}]*+\}")


def has_marks(text: str, *, variables: bool = False) -> bool:
    """Whether a template language will replace a part of the text; `variables` counts `${NAME}`, too."""
    return _MARKS.search(text) is not None or (variables and _VARIABLE.search(text) is not None)


def has_statements(text: str) -> bool:
    """Whether a template language decides which lines there will be."""
    return _STATEMENTS.search(text) is not None
