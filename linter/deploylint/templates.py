"""Marks of template languages: text that something else replaces before the program reads it."""

from deploylint.pattern import pattern

# Jinja and Go, ERB and EJS, and what configure scripts and CMake replace. `<%(name)` is uWSGI's and supervisor's own.
_MARK = pattern(r"\{[{%#]|<%(?!\()|@[A-Z][A-Z0-9_]*+@")
_BLOCK = pattern(r"\{%|<%|\{\{-?[ \t]*+(?:if|else|end|range|with|define|#|/)")


def is_template(text: str) -> bool:
    """Whether the text holds a mark, so that nobody can tell what will stand there."""
    return _MARK.search(text) is not None


def has_template_blocks(text: str) -> bool:
    """Whether the text holds statements of a template language, which may drop or repeat whole lines."""
    return _BLOCK.search(text) is not None
