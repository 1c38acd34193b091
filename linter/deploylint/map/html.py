"""The map as one self-contained page: the picture drawn as SVG, the findings below it. No script, no network."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from textwrap import wrap

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Diagnostic
from deploylint.map.chart import Arrow, Box, Chart, worst
from deploylint.map.details import Detail
from deploylint.report.visible import visible

_WIDTH, _LINE, _PAD, _GAP = 430, 18, 10, 18
_LEFT, _RIGHT = 24, 640
_HEADER = 26
_CHARACTERS, _TITLE = 52, 48
_BADGE = 9

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
svg circle { fill: var(--mark); stroke: var(--paper); } svg text.number { font: 600 11px system-ui, sans-serif;
  fill: var(--paper); text-anchor: middle; }
svg path.error, svg path.warning, svg path.note { stroke: var(--mark); stroke-width: 2.2; }
svg .head.error, svg .head.warning, svg .head.note { fill: var(--mark); stroke: none; }
svg text.title.plain { fill: var(--ink); } svg text.error, svg text.warning, svg text.note { fill: var(--mark); }
li { margin: .3rem 0; } li b { color: var(--mark); } code { font: 13px ui-monospace, monospace; color: var(--dim); }
</style>
</head>
<body>
"""

_LEGEND = (
    "<p>Requests go from left to right. A dashed arrow leads to where nobody is known to listen, grey words tell what "
    "the files leave open and why. The numbers on arrows and in boxes are those of the findings below.</p>\n"
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of text in a box. `kind` is a severity, `plain`, `dim` or `title`; `arrow` leaves the box at this line."""

    text: str
    kind: str
    arrow: Arrow | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box on the page: its upper left corner and its lines."""

    box: Box
    x: int
    y: int
    rows: list[_Row]

    @property
    def height(self) -> int:
        return 2 * _PAD + _LINE * len(self.rows)


def render(charts: Sequence[Chart]) -> str:
    """The page. Everything that comes from a file is escaped."""
    body = [_PAGE, "<h1>Deployment map</h1>\n", _LEGEND]
    for chart in charts:
        body += _section(chart)
    return "".join([*body, "</body>\n</html>\n"])


def _section(chart: Chart) -> Iterator[str]:
    yield f"<h2>{_safe(chart.name)}</h2>\n"
    numbers = {id(found): number for number, found in enumerate(chart.findings, 1)}
    yield from _picture(chart, numbers)
    if chart.findings:
        yield "<ol>\n"
        for found in chart.findings:
            yield f'<li class="{found.severity.value}">{_finding(found)}</li>\n'
        yield "</ol>\n"
    else:
        yield "<p>No findings.</p>\n"


def _finding(found: Diagnostic) -> str:
    severity, rule = found.severity.value, found.rule
    return f"<b>{severity}</b> {_safe(found.finding.message)} <code>{_safe(str(found.at))} {rule}</code>"


def _picture(chart: Chart, numbers: Mapping[int, int]) -> Iterator[str]:
    placed, labels, height = _layout(chart, numbers)
    yield f'<svg viewBox="0 0 {_RIGHT + _WIDTH + _LEFT} {height}" role="img" aria-label="{_safe(chart.name)}">\n'
    for x, y, name in labels:
        yield f'<text class="group" x="{x}" y="{y}">{_safe(name)}</text>\n'
    arrivals: dict[str, int] = {}
    for item in placed.values():
        for line, row in enumerate(item.rows):
            if row.arrow is not None:
                end = placed[row.arrow.end]
                arrived = arrivals.get(row.arrow.end, 0)
                arrivals[row.arrow.end] = arrived + 1
                y1 = item.y + _PAD + _LINE * line + 9
                y2 = end.y + min(19 + 11 * arrived, end.height - 8)
                yield from _arrow(row.arrow, (item.x + _WIDTH, y1), (end.x, y2), numbers)
    for item in placed.values():
        yield from _box(item)
    yield "</svg>\n"


def _layout(
    chart: Chart, numbers: Mapping[int, int]
) -> tuple[dict[str, _Placed], list[tuple[int, int, str]], int]:
    """Proxies on the left; on the right everything else, what is reached first in the order of the arrows."""
    placed: dict[str, _Placed] = {}
    labels: list[tuple[int, int, str]] = []
    bottoms = {_LEFT: _PAD, _RIGHT: _PAD}
    for name, boxes in _in_order(chart):
        x = _LEFT if boxes[0].kind == "proxy" else _RIGHT
        labels.append((x, bottoms[x] + _LINE, name))
        bottoms[x] += _HEADER
        for box in boxes:
            leaving = [arrow for arrow in chart.arrows if arrow.start == box.id]
            item = _Placed(box, x, bottoms[x], list(_rows(box, leaving, numbers)))
            placed[box.id] = item
            bottoms[x] += item.height + _GAP
    return placed, labels, max(bottoms.values()) + _PAD


def _in_order(chart: Chart) -> list[tuple[str, list[Box]]]:
    """The groups, and the boxes in them, by the first arrow that reaches them; what none reaches comes last."""
    first: dict[str, int] = {}
    for number, arrow in enumerate(chart.arrows):
        first.setdefault(arrow.end, number)
    never = len(chart.arrows)
    groups = [
        (name, sorted(boxes, key=lambda box: first.get(box.id, never)))
        for name, boxes in chart.groups().items()
    ]
    return sorted(groups, key=lambda group: min(first.get(box.id, never) for box in group[1]))


def _rows(box: Box, leaving: Sequence[Arrow], numbers: Mapping[int, int]) -> Iterator[_Row]:
    yield from _wrapped(box.title, "title", _TITLE)
    for detail in box.details:
        yield from _wrapped(_words(detail), "plain" if detail.known else "dim")
    for found in box.findings:
        yield from _wrapped(f"{numbers[id(found)]} {found.rule}", found.severity.value)
    for arrow in leaving:
        severity = worst(arrow.findings)
        kind = severity.value if severity else "plain"
        first, *rest = _wrapped(arrow.label, kind)
        yield _Row(first.text, kind, arrow)
        yield from rest
        for detail in arrow.details:
            yield from _wrapped(f"  {_words(detail)}", "dim")
        for found in arrow.findings:
            yield from _wrapped(f"  {numbers[id(found)]} {found.rule}", found.severity.value)


def _wrapped(text: str, kind: str, width: int = _CHARACTERS) -> Iterator[_Row]:
    """The text in lines that fit into a box; nothing is cut off."""
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    for line in wrap(
        text, width, subsequent_indent=indent, drop_whitespace=False, break_on_hyphens=False
    ) or [""]:
        yield _Row(line.rstrip(), kind)


def _box(item: _Placed) -> Iterator[str]:
    box = item.box
    severity = worst(box.findings)
    yield f'<g class="{severity.value if severity else "plain"}"><title>{_safe(_tooltip(box))}</title>\n'
    yield f'<rect x="{item.x}" y="{item.y}" width="{_WIDTH}" height="{item.height}" rx="6"/>\n'
    for line, row in enumerate(item.rows):
        y = item.y + _PAD + 13 + _LINE * line
        x = item.x + _PAD + 8 * (len(row.text) - len(row.text.lstrip()))
        yield f'<text class="{row.kind}" x="{x}" y="{y}">{_safe(row.text.strip())}</text>\n'
    yield "</g>\n"


def _arrow(
    arrow: Arrow, start: tuple[int, int], end: tuple[int, int], numbers: Mapping[int, int]
) -> Iterator[str]:
    (x1, y1), (x2, y2) = start, end
    step = 2 * _BADGE + 2
    level = x1 + step * len(arrow.findings)
    bend = (level + x2) // 2
    severity = worst(arrow.findings)
    kind = severity.value if severity else "plain"
    unsure = "" if arrow.certain else " unsure"
    yield f'<path class="{kind}{unsure}" d="M{x1} {y1} H{level} C{bend} {y1} {bend} {y2} {x2 - 8} {y2}">'
    yield f"<title>{_safe(arrow.label)} [{_safe(str(arrow.at))}]</title></path>\n"
    yield f'<path class="head {kind}" d="M{x2} {y2} l-9 -4 v8 z"/>\n'
    for place, found in enumerate(arrow.findings):
        x = x1 + _BADGE + 3 + step * place
        yield f'<g class="{found.severity.value}"><title>{_safe(found.finding.message)}</title>'
        yield f'<circle cx="{x}" cy="{y1}" r="{_BADGE}"/>'
        yield f'<text class="number" x="{x}" y="{y1 + 4}">{numbers[id(found)]}</text></g>\n'


def _words(detail: Detail) -> str:
    if not detail.known:
        return f"{detail.name}: unknown, {detail.text}"
    return f"{detail.name} {detail.text}" + (f" ({detail.why})" if detail.why else "")


def _tooltip(box: Box) -> str:
    lines = [box.title + (f" [{box.at}]" if box.at else "")]
    lines += [_words(detail) + (f" [{detail.at}]" if detail.at else "") for detail in box.details]
    return "\n".join(lines)


def _safe(text: str) -> str:
    return escape("\n".join(visible(line) for line in text.split("\n")))
