"""The map in Graphviz' language (https://graphviz.org/doc/info/lang.html)."""

from collections.abc import Iterator, Sequence

from deploylint.diagnostic import Diagnostic
from deploylint.map.chart import Box, Chart, worst
from deploylint.report.visible import visible

_COLORS = {"error": "#cc0000", "warning": "#cc8800", "note": "#6666cc"}


def render(charts: Sequence[Chart]) -> str:
    """One directed graph; each deployment is a cluster."""
    lines = ["digraph deployment {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for number, chart in enumerate(charts):
        lines += _chart(chart, f"d{number}")
    return "".join(f"{line}\n" for line in [*lines, "}"])


def _chart(chart: Chart, prefix: str) -> Iterator[str]:
    yield f"  subgraph cluster_{prefix} {{"
    yield f"    label={_quoted(chart.name)};"
    for number, (name, boxes) in enumerate(chart.groups().items()):
        yield f"    subgraph cluster_{prefix}g{number} {{"
        yield f"      label={_quoted(name)};"
        for box in boxes:
            yield f"      {prefix}{box.id} [label={_quoted(_text(box))}{_color(box.findings)}];"
        yield "    }"
    yield "  }"
    for arrow in chart.arrows:
        style = "" if arrow.certain else ", style=dashed"
        marks = "".join(f"\n{found.rule}" for found in arrow.findings)
        label = _quoted(arrow.label + marks)
        yield f"  {prefix}{arrow.start} -> {prefix}{arrow.end} [label={label}{style}{_color(arrow.findings)}];"


def _text(box: Box) -> str:
    known = [f"{detail.name} {detail.text}" for detail in box.details if detail.known]
    return "\n".join([box.title, *known, *(found.rule for found in box.findings)])


def _color(findings: Sequence[Diagnostic]) -> str:
    severity = worst(findings)
    return f', color="{_COLORS[severity.value]}"' if severity else ""


def _quoted(text: str) -> str:
    lines = (visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
