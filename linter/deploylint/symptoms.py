"""Error text -> the rules whose faults cause it: `deploylint explain "connect() failed (111: ..."`.

Each rule states the symptoms that its users see (`@rule(symptoms=...)`, `*` for anything). A text that
somebody pastes matches a symptom when it contains it, whatever its case, its blanks and what stands around it.
"""

import re
from collections.abc import Iterable

from deploylint.dataclass import dataclass
from deploylint.rule import Rule

_ANYTHING = r"[^\n]*?"
_TELLING = 12  # a shorter piece of a message stands in too many of them


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule with the symptom that was found in the text."""

    rule: Rule
    symptom: str


def causes(text: str, rules: Iterable[Rule]) -> list[Cause]:
    """The rules that can cause an error text or a piece of one, the most telling symptom (the longest) first."""
    wanted = " ".join(text.split()).lower()
    found = []
    for rule in rules:
        matching = [symptom for symptom in rule.symptoms if _contains(wanted, symptom)]
        if matching:
            found.append(Cause(rule, max(matching, key=len)))
    return sorted(found, key=lambda cause: (-len(cause.symptom), cause.rule.severity.rank, cause.rule.name))


def _contains(text: str, symptom: str) -> bool:
    words = " ".join(symptom.split()).lower().strip("* ")
    if len(text) >= _TELLING and text in words:
        return True
    pattern = _ANYTHING.join(re.escape(part) for part in words.split("*"))
    return re.search(pattern, text) is not None
