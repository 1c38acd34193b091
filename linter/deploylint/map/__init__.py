"""`deploylint map`: what deploylint believes of a deployment, as a picture.

chart     the model -> boxes and arrows, with findings on the arrows they concern
text, json, mermaid, dot, html     one module per format, loaded only when asked for
why       how the values that a line takes part in became effective
"""

from collections.abc import Sequence

from deploylint.imports import import_module
from deploylint.map.chart import Chart

FORMATS = ("text", "json", "mermaid", "dot", "html")


def render(format: str, charts: Sequence[Chart]) -> str:  # noqa: A002
    """The charts in one of `FORMATS`; any other name is a `ValueError`."""
    if format not in FORMATS:
        raise ValueError(f"unknown map format {format!r}")
    text: str = import_module(f"deploylint.map.{format}").render(charts)
    return text
