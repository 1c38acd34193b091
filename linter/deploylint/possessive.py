"""Possessive groups as atomic ones, for releases of Python that get the former wrong."""

import re

_QUANTIFIER = re.compile(r"([*+?]|\{[0-9]*,?[0-9]*\})\+")
_VERBOSE = re.compile(r"\(\?[a-w]*x[a-z]*:")
_COMMENT = re.compile(r"#[^\n]*")
# A backslash with what it escapes; a set of characters, in which `]` may stand first.
_WHOLE = re.compile(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)


def as_atomic(text: str, *, verbose: bool = False) -> str:
    """A regular expression with `(?>(...)*)` for each `(...)*+`, whatever the quantifier is.

    `verbose`: blanks and comments count for nothing in it (`re.VERBOSE`).
    """
    pieces: list[str] = []
    opened: list[
        tuple[int, bool]
    ] = []  # the piece that opens each group, and whether it is verbose around it
    at = 0
    while at < len(text):
        match = _WHOLE.match(text, at) or (_COMMENT.match(text, at) if verbose else None)
        piece = match[0] if match else text[at]
        at += len(piece)
        if piece == "(":
            opened.append((len(pieces), verbose))
            verbose = verbose or _VERBOSE.match(text, at - 1) is not None
        pieces.append(piece)
        if piece == ")":
            start, verbose = opened.pop()
            if (quantifier := _QUANTIFIER.match(text, at)) is not None:
                pieces[start] = "(?>" + pieces[start]
                pieces.append(f"{quantifier[1]})")
                at = quantifier.end()
    return "".join(pieces)
