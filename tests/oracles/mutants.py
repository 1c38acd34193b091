"""Random damage to valid text: what slips in when people edit configuration by hand."""

import difflib
import random
import re
from contextlib import suppress

_WORD = re.compile(r"[\w$.:/@%-]+")
_NUMBER = re.compile(r"\d+")
_NOISE = ";{}\"'\\#$ \n\tx(),=:/-*0"


def mutants(texts, count, seed=0):
    """`count` pairs of the number of a text and a mutant of it; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        number = chance.randrange(len(texts))
        text = texts[number]
        for _ in range(chance.choice((1, 1, 1, 1, 2))):
            with suppress(IndexError, ValueError):  # no number, no second line to change
                text = chance.choice(CHANGES)(text, chance)
        yield number, text


def changes(text, mutant):
    """The lines in which a mutant differs from its text, as `diff -U0` shows them."""
    lines = difflib.unified_diff(text.splitlines(), mutant.splitlines(), lineterm="", n=0)
    return list(lines)[2:]


def _drop_character(text, chance):
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _double_character(text, chance):
    at = chance.randrange(len(text))
    return text[:at] + text[at] + text[at:]


def _insert_character(text, chance):
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(_NOISE) + text[at:]


def _replace_word(text, chance):
    words = list(_WORD.finditer(text))
    old, new = chance.choice(words), chance.choice(words)
    return text[: old.start()] + new[0] + text[old.end() :]


def _drop_word(text, chance):
    word = chance.choice(list(re.finditer(r"\S+", text)))
    return text[: word.start()] + text[word.end() :]


def _double_word(text, chance):
    word = chance.choice(list(re.finditer(r"\S+", text)))
    return text[: word.end()] + " " + word[0] + text[word.end() :]


def _swap_words(text, chance):
    words = list(_WORD.finditer(text))
    at = chance.randrange(len(words) - 1)
    first, second = words[at : at + 2]
    between = text[first.end() : second.start()]
    return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def _change_number(text, chance):
    number = chance.choice(list(_NUMBER.finditer(text)))
    new = chance.choice(
        ("0", "1", "99", "256", "65536", "99999999999999999999", "-1", "1.5", str(int(number[0][:9]) + 1))
    )
    return text[: number.start()] + new + text[number.end() :]


def _drop_line(text, chance):
    lines = text.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return "".join(lines)


def _double_line(text, chance):
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    return "".join([*lines[: at + 1], *lines[at:]])


def _move_line(text, chance):
    lines = text.splitlines(keepends=True)
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)
    return "".join(lines)


def _merge_lines(text, chance):
    """Two lines become one: a semicolon and a line end are forgotten."""
    at = chance.choice([match.start() for match in re.finditer(r";\n", text)] or [0])
    return text[:at] + text[at + 1 :]


CHANGES = (
    _drop_character,
    _double_character,
    _insert_character,
    _replace_word,
    _replace_word,
    _drop_word,
    _double_word,
    _swap_words,
    _change_number,
    _drop_line,
    _double_line,
    _move_line,
    _merge_lines,
)
