"""Where reports go: one to standard output, any number to files."""

import os
import sys
from collections.abc import Sequence

from deploylint.dataclass import dataclass
from deploylint.homepage import HOMEPAGE, rule_url
from deploylint.report import FORMATS, render
from deploylint.report.context import RenderContext
from deploylint.run import Outcome
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.rule_info import RuleInfo


class OutputError(Exception):
    """A report that cannot be written; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The format for standard output, further (format, file) pairs, and how to show text."""

    output_format: str
    reports: tuple[tuple[str, str], ...] = ()
    color: str = "auto"
    statistics: bool = False


def destinations(entries: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """`--report` values taken apart.

    Raises OutputError for a value that is not FORMAT=FILE, and for a file that two reports would go to.
    """
    pairs = tuple((name, file) for name, _, file in (entry.partition("=") for entry in entries))
    taken = set()
    for name, file in pairs:
        if name not in FORMATS or not file:
            raise OutputError(f"--report wants FORMAT=FILE with one of {', '.join(FORMATS)}")
        if file == "-":
            raise OutputError(f"--report {name}=- is no file; --output-format {name} is for standard output")
        real = os.path.realpath(file)
        if real in taken:
            raise OutputError(f"--report {name}={file}: another report goes to that file")
        if os.path.isfile(real) or not os.path.exists(real):  # noqa: PTH110, PTH113  a device takes any number
            taken.add(real)
    return pairs


def write(outcome: Outcome, wanted: Wanted) -> None:
    """Write the reports that go to files, then show the one for standard output.

    Raises OutputError, after everything else, when a file cannot be written.
    """
    plain = RenderContext(rules=lambda: _infos(outcome), rule_url=rule_url, homepage=HOMEPAGE)
    failures = []
    for name, file in wanted.reports:
        text = render(name, outcome.report, plain)
        try:
            with open(file, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123
                stream.write(text)
        except OSError as error:
            failures.append(f"{file}: cannot be written: {error.strerror}")
    _show(outcome, wanted, plain)
    if failures:
        raise OutputError("; ".join(failures))


def _show(outcome: Outcome, wanted: Wanted, plain: RenderContext) -> None:
    if wanted.statistics:
        from deploylint.report import statistics  # noqa: PLC0415

        if wanted.output_format == "json":
            sys.stdout.write(statistics.render_json(outcome.report))
        else:
            sys.stdout.write(statistics.render(outcome.report, _terminal(plain, wanted.color)))
    elif wanted.output_format in ("text", "concise"):
        sys.stdout.write(render(wanted.output_format, outcome.report, _terminal(plain, wanted.color)))
    else:
        text = render(wanted.output_format, outcome.report, plain)
        sys.stdout.flush()
        # Machines read UTF-8, whatever the locale says.
        sys.stdout.buffer.write(text.encode("utf-8"))


def _infos(outcome: Outcome) -> "list[RuleInfo]":
    from deploylint.explain import rule_info  # noqa: PLC0415  only formats that list the rules need it

    return [rule_info(rule.load()) for rule in outcome.rules]


def _terminal(plain: RenderContext, color: str) -> RenderContext:
    """The context for people: colour by `--color`, NO_COLOR and FORCE_COLOR, the terminal's width if there is one."""
    terminal = sys.stdout.isatty()
    chosen = terminal or bool(os.environ.get("FORCE_COLOR"))
    if color != "auto":
        chosen = color == "always"
    elif os.environ.get("NO_COLOR"):
        chosen = False
    if not chosen and not terminal:
        return plain
    return RenderContext(
        color=chosen,
        width=os.get_terminal_size(sys.stdout.fileno()).columns if terminal else None,
        hyperlinks=chosen and terminal,
        rules=plain.rules,
        rule_url=plain.rule_url,
        homepage=plain.homepage,
    )
