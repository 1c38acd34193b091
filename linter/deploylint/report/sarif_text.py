r"""Message strings of SARIF, in which `[text](1)` links and `{0}` stands for an argument (3.11.5, 3.11.6)."""

from collections.abc import Sequence

from deploylint.diagnostic import Finding, Label
from deploylint.report.visible import visible

_SYNTAX = str.maketrans({"\\": r"\\", "[": r"\[", "]": r"\]", "{": "{{", "}": "}}"})


def notice(text: str) -> str:
    """Text as a message string that says exactly this; never empty."""
    return visible(text).translate(_SYNTAX) or "-"


def message_text(finding: Finding, related: Sequence[Label]) -> str:
    """The message, the help, and a link to each related place: GitHub shows only those that are linked.

    The first sentence is the message, which is all that is shown where space is short.
    """
    sentences = [_sentence(finding.message)]
    if finding.help:
        sentences.append(_sentence(f"To mend it: {finding.help}"))
    if related:
        links = [
            f"[{notice(label.text or str(label.at))}]({number})"
            for number, label in enumerate(related, start=1)
        ]
        sentences.append(f"See {', '.join(links)}.")
    return " ".join(sentences)


def _sentence(text: str) -> str:
    text = notice(text)
    return text if text.endswith((".", "!", "?")) else f"{text}."
