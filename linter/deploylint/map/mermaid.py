"""The map as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), for READMEs and merge requests."""

from collections.abc import Iterator, Sequence

from deploylint.map.chart import Box, Chart, worst
from deploylint.report.visible import visible

_CLASSES = {
    "error": "fill:#fdd,stroke:#c00",
    "warning": "fill:#ffd,stroke:#c80",
    "note": "fill:#eef,stroke:#66c",
}


def render(charts: Sequence[Chart]) -> str:
    """One flowchart; each deployment is a part of it."""
    lines = ["flowchart LR"]
    for number, chart in enumerate(charts):
        lines += _chart(chart, f"d{number}")
    lines += [f"  classDef {name} {style}" for name, style in _CLASSES.items()]
    return "".join(f"{line}\n" for line in lines)


def _chart(chart: Chart, prefix: str) -> Iterator[str]:
    yield f"  subgraph {prefix}[{_quoted(chart.name)}]"
    for number, (name, boxes) in enumerate(chart.groups().items()):
        yield f"    subgraph {prefix}g{number}[{_quoted(name)}]"
        for box in boxes:
            yield f"      {prefix}{box.id}[{_quoted(_text(box))}]{_class(box)}"
        yield "    end"
    yield "  end"
    for arrow in chart.arrows:
        line = "-->" if arrow.certain and not arrow.findings else "-.->"
        marks = "".join(f"\n{found.severity.value}: {found.rule}" for found in arrow.findings)
        yield f"  {prefix}{arrow.start} {line}|{_quoted(arrow.label + marks)}| {prefix}{arrow.end}"


def _text(box: Box) -> str:
    known = [f"{detail.name} {detail.text}" for detail in box.details if detail.known]
    return "\n".join(
        [box.title, *known, *(f"{found.severity.value}: {found.rule}" for found in box.findings)]
    )


def _class(box: Box) -> str:
    severity = worst(box.findings)
    return f":::{severity.value}" if severity else ""


def _quoted(text: str) -> str:
    """A label: Mermaid knows entities but no escapes inside quotes."""
    lines = (visible(line) for line in text.split("\n"))
    escaped = (
        line.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
        for line in lines
    )
    return '"' + "<br/>".join(escaped) + '"'
