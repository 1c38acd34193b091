"""Colour for a terminal: a dozen SGR sequences, so that no library has to be imported for them."""

from collections.abc import Callable

from deploylint.diagnostic import Diagnostic
from deploylint.report.context import RenderContext

_SGR = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "problem": "1;35",
    "strong": "1",
    "gutter": "1;34",
    "related": "1;34",
    "removed": "31",
    "added": "32",
}

Paint = Callable[[str, str], str]
"""`paint(style, text)`. Colour adds sequences around the text and never changes its characters."""


def painter(*, color: bool) -> Paint:
    return _colored if color else _plain


def _colored(style: str, text: str) -> str:
    return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if text else ""


def _plain(_style: str, text: str) -> str:
    return text


def title(diagnostic: Diagnostic, context: RenderContext, paint: Paint) -> str:
    """`error[rule]`; a click on the rule opens its page."""
    severity = diagnostic.severity.value
    url = context.rule_url(diagnostic.rule) if context.hyperlinks else None
    rule = _hyperlink(url, diagnostic.rule) if url else diagnostic.rule
    return paint(severity, f"{severity}[{rule}]")


def _hyperlink(url: str, text: str) -> str:
    """Text that a terminal opens on click (OSC 8)."""
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"
