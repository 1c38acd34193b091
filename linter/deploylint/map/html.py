"""The map as one self-contained page: the picture drawn as SVG, the findings below it. No script, no network."""

from collections.abc import Iterator, Sequence
from html import escape

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Diagnostic
from deploylint.map.chart import Arrow, Box, Chart, Detail, worst
from deploylint.report.visible import visible

_WIDTH, _LINE, _PAD, _GAP = 380, 18, 10, 18
_LEFT, _RIGHT = 24, 690
_HEADER = 26
_CHARACTERS, _TITLE, _LABEL = 46, 44, 32
_ARROW = 36

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>deployment map</title>
<style>
:root { color-scheme: light dark; --ink: #1c2733; --paper: #ffffff; --box: #f4f6f8; --line: #8a97a5;
  --error: #c62828; --warning: #b26a00; --note: #3f51b5; --dim: #667380; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --paper: #14191f; --box: #1f262e; --line: #66727f;
  --error: #ff7b72; --warning: #e3a341; --note: #a5b4ff; --dim: #93a1af; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 1080px; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
svg { width: 100%; height: auto; } svg text { font: 13px ui-monospace, monospace; fill: var(--ink); }
svg .title { font-weight: 600; } svg .dim { fill: var(--dim); } svg .group { fill: var(--dim); font-style: italic; }
svg rect { fill: var(--box); stroke: var(--line); } svg path { fill: none; stroke: var(--line); stroke-width: 1.6; }
svg .unsure { stroke-dasharray: 5 4; } svg .head { fill: var(--line); stroke: none; }
.error { --mark: var(--error); } .warning { --mark: var(--warning); } .note { --mark: var(--note); }
svg .error rect, svg .warning rect, svg .note rect { stroke: var(--mark); stroke-width: 2; }
svg path.error, svg path.warning, svg path.note { stroke: var(--mark); stroke-width: 2.2; }
svg text.error, svg text.warning, svg text.note { fill: var(--mark); }
li { margin: .3rem 0; } li b { color: var(--mark); } code { font: 13px ui-monospace, monospace; color: var(--dim); }
</style>
</head>
<body>
"""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box on the page: its upper left corner and its height."""

    box: Box
    x: int
    y: int
    height: int


def render(charts: Sequence[Chart]) -> str:
    """The page. Everything that comes from a file is escaped."""
    body = [_PAGE, "<h1>Deployment map</h1>\n"]
    for chart in charts:
        body += _section(chart)
    return "".join([*body, "</body>\n</html>\n"])


def _section(chart: Chart) -> Iterator[str]:
    yield f"<h2>{_safe(chart.name)}</h2>\n"
    yield from _picture(chart)
    if chart.findings:
        yield "<ul>\n"
        for found in chart.findings:
            yield f'<li class="{found.severity.value}">{_finding(found)}</li>\n'
        yield "</ul>\n"
    else:
        yield "<p>No findings.</p>\n"


def _finding(found: Diagnostic) -> str:
    severity, rule = found.severity.value, found.rule
    return f"<b>{severity}</b> {_safe(found.finding.message)} <code>{_safe(str(found.at))} {rule}</code>"


def _picture(chart: Chart) -> Iterator[str]:
    placed, labels, height = _layout(chart)
    yield f'<svg viewBox="0 0 {_RIGHT + _WIDTH + _LEFT} {height}" role="img" aria-label="{_safe(chart.name)}">\n'
    for x, y, name in labels:
        yield f'<text class="group" x="{x}" y="{y}">{_safe(name)}</text>\n'
    arrivals: dict[str, int] = {}
    for arrow in chart.arrows:
        yield from _arrow(arrow, placed[arrow.start], placed[arrow.end], arrivals)
    for item in placed.values():
        yield from _box(item)
    yield "</svg>\n"


def _layout(chart: Chart) -> tuple[dict[str, _Placed], list[tuple[int, int, str]], int]:
    """Proxies on the left, everything else on the right, each group under its name."""
    placed: dict[str, _Placed] = {}
    labels: list[tuple[int, int, str]] = []
    bottoms = {_LEFT: _PAD, _RIGHT: _PAD}
    for name, boxes in chart.groups().items():
        x = _LEFT if boxes[0].kind == "proxy" else _RIGHT
        labels.append((x, bottoms[x] + _LINE, name))
        bottoms[x] += _HEADER
        for box in boxes:
            lines = _LINE * (1 + len(box.details) + len(box.findings))
            routes = _ARROW * sum(arrow.start == box.id for arrow in chart.arrows)
            height = 2 * _PAD + max(lines, routes)
            placed[box.id] = _Placed(box, x, bottoms[x], height)
            bottoms[x] += height + _GAP
    return placed, labels, max(bottoms.values()) + _PAD


def _box(item: _Placed) -> Iterator[str]:
    box = item.box
    severity = worst(box.findings)
    yield f'<g class="{severity.value if severity else "plain"}"><title>{_safe(_tooltip(box))}</title>\n'
    yield f'<rect x="{item.x}" y="{item.y}" width="{_WIDTH}" height="{item.height}" rx="6"/>\n'
    y = item.y + _PAD + 13
    yield f'<text class="title" x="{item.x + _PAD}" y="{y}">{_short(box.title, _TITLE)}</text>\n'
    for detail in box.details:
        y += _LINE
        kind = "known" if detail.known else "dim"
        yield f'<text class="{kind}" x="{item.x + _PAD}" y="{y}">{_short(_words(detail))}</text>\n'
    for found in box.findings:
        y += _LINE
        yield f'<text class="{found.severity.value}" x="{item.x + _PAD}" y="{y}">{_short(found.rule)}</text>\n'
    yield "</g>\n"


def _arrow(arrow: Arrow, start: _Placed, end: _Placed, arrivals: dict[str, int]) -> Iterator[str]:
    leaving, arriving = arrivals.get("-" + arrow.start, 0), arrivals.get(arrow.end, 0)
    arrivals["-" + arrow.start], arrivals[arrow.end] = leaving + 1, arriving + 1
    x1, y1 = start.x + _WIDTH, start.y + 20 + _ARROW * leaving
    x2, y2 = end.x, end.y + 20 + 10 * arriving
    bend = (x1 + x2) // 2
    severity = worst(arrow.findings)
    kinds = " ".join([severity.value if severity else "plain", *([] if arrow.certain else ["unsure"])])
    yield f'<path class="{kinds}" d="M{x1} {y1} C{bend} {y1} {bend} {y2} {x2 - 8} {y2}">'
    yield f"<title>{_safe(arrow.label)} [{_safe(str(arrow.at))}]</title></path>\n"
    yield f'<path class="head" d="M{x2} {y2} l-9 -4 v8 z"/>\n'
    mark = severity.value if severity else "dim"
    yield f'<text class="{mark}" x="{x1 + 8}" y="{y1 - 5}">{_short(arrow.label, _LABEL)}</text>\n'
    if arrow.findings:
        first = min(arrow.findings, key=lambda found: found.severity.rank)
        yield f'<text class="{mark}" x="{x1 + 8}" y="{y1 + 14}">{_short(first.rule, _LABEL)}</text>\n'


def _words(detail: Detail) -> str:
    if not detail.known:
        return f"{detail.name}: unknown, {detail.text}"
    return f"{detail.name} {detail.text}" + (f" ({detail.why})" if detail.why else "")


def _tooltip(box: Box) -> str:
    lines = [box.title + (f" [{box.at}]" if box.at else "")]
    lines += [_words(detail) + (f" [{detail.at}]" if detail.at else "") for detail in box.details]
    return "\n".join(lines)


def _short(text: str, width: int = _CHARACTERS) -> str:
    return _safe(text if len(text) <= width else text[: width - 1] + "…")


def _safe(text: str) -> str:
    return escape("\n".join(visible(line) for line in text.split("\n")))
