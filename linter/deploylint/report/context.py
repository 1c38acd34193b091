"""What a report needs to know besides the findings."""

from collections.abc import Callable, Sequence

from deploylint.dataclass import dataclass
from deploylint.typed import TYPE_CHECKING
from deploylint.version import __version__

if TYPE_CHECKING:
    from deploylint.rule_info import RuleInfo


def no_rules() -> "Sequence[RuleInfo]":
    return ()


def no_url(_rule: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class RenderContext:
    """How to show a report, decided once by the command line.

    `width` is the width of the terminal in cells, None when there is none. `hyperlinks` makes rule names
    clickable (OSC 8); `show_urls` prints the page of each rule instead. `fix_hints` ends the summary with
    how many findings `--fix` would mend. `rules` gives every enabled rule and is called only by formats
    that list them. `homepage` is the address of the project.
    """

    version: str = __version__
    color: bool = False
    width: int | None = None
    hyperlinks: bool = False
    show_urls: bool = False
    fix_hints: bool = True
    rules: "Callable[[], Sequence[RuleInfo]]" = no_rules
    rule_url: Callable[[str], str | None] = no_url
    homepage: str | None = None
