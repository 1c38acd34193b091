"""Reports: one module per format, loaded only when asked for.

Each module has `render(report, context) -> str`. The text ends with a newline and depends on nothing but
its arguments.
"""

from deploylint.diagnostic import Report
from deploylint.imports import import_module
from deploylint.report.context import RenderContext
from deploylint.report.masking import masked

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown")


def render(format: str, report: Report, context: RenderContext) -> str:  # noqa: A002
    """The report in one of `FORMATS`, without the secrets of the files it quotes; any other name is a `ValueError`."""
    if format not in FORMATS:
        raise ValueError(f"unknown report format {format!r}")
    text: str = import_module(f"deploylint.report.{format}").render(masked(report), context)
    return text
