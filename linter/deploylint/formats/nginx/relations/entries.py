"""The lines of `map` and its kin in a file."""

from collections.abc import Iterator

from deploylint.formats.nginx.nodes import Block, Entry, File
from deploylint.formats.nginx.placing import Refusal, placing
from deploylint.formats.nginx.setters import entries
from deploylint.formats.nginx.setters.call import Refused
from deploylint.formats.nginx.setters.patterns import check, of_key
from deploylint.project import Project


def faults(file: File, project: Project) -> Iterator[Refusal]:
    """Lines that nginx refuses, those aside whose regular expression does not compile."""
    for placed in placing(file, project).every(entries.NAMES):
        if not isinstance(placed.statement, Block):
            continue
        for line, word, refused in entries.faults(placed.statement):
            at = line.words[word].at if word is not None else line.name_at
            yield Refusal(placed, at, refused.message, refused.help)


def patterns(file: File, project: Project) -> Iterator[Refusal]:
    """Keys of maps whose regular expression does not compile."""
    for placed in placing(file, project).of("map"):
        block = placed.statement
        if block.source.text.find("~", block.head_end, block.end) < 0:
            continue
        for entry in getattr(placed.statement, "children", ()):
            if not isinstance(entry, Entry) or "~" not in entry.source.text[entry.start : entry.head_end]:
                continue
            head = entry.head
            pattern = of_key(head.name)
            if pattern is None or head.opaque or head.count != 2:
                continue
            try:
                check(pattern, 0)
            except Refused as refused:
                yield Refusal(placed, entry.words[0].at, refused.message, refused.help)
