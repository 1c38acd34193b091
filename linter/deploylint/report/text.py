"""The report for people at a terminal."""

from collections.abc import Iterator, Sequence

from deploylint.diagnostic import Diagnostic, Fix, Problem, Report
from deploylint.report.context import RenderContext
from deploylint.report.excerpt import Excerpt, excerpt
from deploylint.report.fix_diff import Change, changes_of
from deploylint.report.snippet import Block, Layout, block_rows, blocks_of, left_out, widest_line_number
from deploylint.report.style import Paint, painter, title
from deploylint.report.summary import counted, summary
from deploylint.report.visible import visible

_WIDTH = 160
_LEAST_ROOM = 40
_MOST_CHANGED_LINES = 8


def render(report: Report, context: RenderContext) -> str:
    """Each finding with its source lines, an empty line after each, then problems and the summary."""
    paint = painter(color=context.color)
    rows: list[str] = []
    for diagnostic in report.diagnostics:
        rows += _finding_rows(diagnostic, context, paint)
        rows.append("")
    for problem in report.problems:
        rows += _problem_rows(problem, paint)
        rows.append("")
    rows.append(summary(report, fix_hints=context.fix_hints))
    return "\n".join(rows) + "\n"


def _finding_rows(diagnostic: Diagnostic, context: RenderContext, paint: Paint) -> Iterator[str]:
    finding = diagnostic.finding
    blocks = blocks_of(diagnostic)
    changes = changes_of(finding.fix) if finding.fix else []
    gutter = len(str(max(widest_line_number(blocks), *map(_last_line, changes), 0)))
    layout = Layout(gutter, max(_LEAST_ROOM, (context.width or _WIDTH) - gutter - 3), paint)
    yield title(diagnostic, context, paint) + paint("strong", f": {visible(finding.message)}")
    for number, block in enumerate(blocks):
        if number:
            yield layout.bar
        yield _arrow(block, ":::" if number else "-->", layout)
        yield from block_rows(block, layout, diagnostic.severity.value)
    notes = list(_notes(diagnostic, context))
    if notes or finding.fix:
        yield layout.bar
    for name, text in notes:
        yield _note_row(name, text, layout)
    if finding.fix:
        yield from _fix_rows(finding.fix, finding.at.path, changes, layout)


def _arrow(block: Block, arrow: str, layout: Layout) -> str:
    at = block.head.at.start
    return f"{' ' * layout.gutter}{layout.paint('gutter', arrow)} {visible(block.head.at.path)}:{at.line}:{at.column}"


def _notes(diagnostic: Diagnostic, context: RenderContext) -> Iterator[tuple[str, str]]:
    if more := left_out(diagnostic):
        yield "note", f"and {counted(more, 'more place')}"
    if diagnostic.finding.help:
        yield "help", diagnostic.finding.help
    if context.show_urls and (url := context.rule_url(diagnostic.rule)):
        yield "see", url


def _note_row(name: str, text: str, layout: Layout) -> str:
    return (
        f"{' ' * layout.gutter} {layout.paint('gutter', '=')} {layout.paint('strong', name)}: {visible(text)}"
    )


def _fix_rows(fix: Fix, path: str, changes: Sequence[Change], layout: Layout) -> Iterator[str]:
    yield _note_row("fix", f"{fix.title} ({fix.safety.value})", layout)
    for change in changes:
        if change.source.path != path:
            path = change.source.path
            yield f"{' ' * layout.gutter}{layout.paint('gutter', ':::')} {visible(path)}:{change.line}"
        at = _first_difference(change)
        for sign, first, lines in (("-", change.line, change.old), ("+", change.new_line, change.new)):
            for number, line in enumerate(lines[:_MOST_CHANGED_LINES], start=first):
                yield _changed_row(
                    sign, number, excerpt(line, min(at, len(line)), min(at, len(line)), layout.room), layout
                )
            if len(lines) > _MOST_CHANGED_LINES:
                yield layout.paint("gutter", "...")


def _changed_row(sign: str, number: int, line: Excerpt, layout: Layout) -> str:
    row = layout.paint("removed" if sign == "-" else "added", f"{sign} {line.text}" if line.text else sign)
    return f"{layout.paint('gutter', f'{number:>{layout.gutter}}')} {row}"


def _first_difference(change: Change) -> int:
    """The column from 0 at which the first changed line differs, so that a long line is cut around it."""
    if not (change.old and change.new):
        return 0
    old, new = change.old[0], change.new[0]
    same = (column for column, (left, right) in enumerate(zip(old, new, strict=False)) if left != right)
    return next(same, min(len(old), len(new)))


def _last_line(change: Change) -> int:
    return max(change.line + len(change.old), change.new_line + len(change.new)) - 1


def _problem_rows(problem: Problem, paint: Paint) -> Iterator[str]:
    yield paint("problem", "problem") + paint("strong", f": {visible(problem.message)}")
    if problem.path is not None:
        yield f" {paint('gutter', '-->')} {visible(problem.path)}"
