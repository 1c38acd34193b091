"""Random damage to valid ini files, the same on every run."""

import random

from oracles import mutants as anything

CHARACTERS = "%()\\\"'=[]#;:/,. \t0xSé$@"


def mutants(texts, words, count, seed):
    """Half of them like any text's mutants, half with what goes wrong in ini files: values, comments, names, case."""
    chance = random.Random(seed)
    for number, (_, text) in enumerate(anything.mutants(texts, count, seed)):
        yield text if number % 2 else _mutant(chance.choice(texts), words, chance)


def _mutant(text, words, chance):
    lines = text.splitlines()
    at = chance.randrange(len(lines))
    line = lines[at]
    name, _, value = line.partition("=")
    spot = chance.randrange(len(line) + 1)
    match chance.randrange(5):
        case 0:
            lines[at] = line[:spot] + chance.choice(CHARACTERS) + line[spot:]
        case 1:
            lines[at] = f"{name}={chance.choice(words)}"
        case 2:
            lines[at] = line.swapcase()
        case 3:
            lines[at] = line + chance.choice((" # why", " ; why", ";"))
        case _:
            lines[at] = f"{chance.choice(lines).partition('=')[0]}={value}"
    return "\n".join(lines) + "\n"
