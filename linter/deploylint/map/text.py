"""The map as a tree for a terminal: who starts whom, who listens where, who proxies to whom."""

from collections.abc import Iterator, Sequence

from deploylint.map.chart import Arrow, Box, Chart
from deploylint.map.details import Detail
from deploylint.report.visible import visible


def render(charts: Sequence[Chart]) -> str:
    """All deployments, one tree each."""
    return "\n".join("".join(f"{visible(line)}\n" for line in _chart(chart)) for chart in charts)


def _chart(chart: Chart) -> Iterator[str]:
    yield f"deployment {chart.name} ({len(chart.files)} files)"
    groups = [(name, boxes) for name, boxes in chart.groups().items() if name != "elsewhere"]
    titles = {box.id: box.title for box in chart.boxes}
    for index, (name, boxes) in enumerate(groups):
        last_group = index == len(groups) - 1
        yield f"{_branch(last=last_group)}{name}"
        for number, box in enumerate(boxes):
            last = number == len(boxes) - 1
            indent = _stem(last=last_group)
            yield f"{indent}{_branch(last=last)}{box.title}{_place(box.at)}"
            lines = [*_box(box), *_arrows(box, chart.arrows, titles)]
            for position, line in enumerate(lines):
                yield f"{indent}{_stem(last=last)}{_branch(last=position == len(lines) - 1)}{line}"


def _branch(*, last: bool) -> str:
    return "└─ " if last else "├─ "


def _stem(*, last: bool) -> str:
    return "   " if last else "│  "


def _place(at: object) -> str:
    return f"  [{at}]" if at is not None else ""


def _box(box: Box) -> Iterator[str]:
    for detail in box.details:
        yield _detail(detail)
    for found in box.findings:
        yield f"{found.severity.value}: {found.finding.message} [{found.rule}]"


def _detail(detail: Detail) -> str:
    if not detail.known:
        return f"{detail.name}: unknown, {detail.text}{_place(detail.at)}"
    why = f" ({detail.why})" if detail.why else ""
    return f"{detail.name} {detail.text}{why}{_place(detail.at)}"


def _arrows(box: Box, arrows: Sequence[Arrow], titles: dict[str, str]) -> Iterator[str]:
    for arrow in arrows:
        if arrow.start == box.id:
            waits = "".join(f", {detail.name} {detail.text}" for detail in arrow.details if detail.known)
            yield f"{arrow.label} → {titles[arrow.end]}{waits}{_place(arrow.at)}"
            for found in arrow.findings:
                yield f"   {found.severity.value}: {found.finding.message} [{found.rule}]"
