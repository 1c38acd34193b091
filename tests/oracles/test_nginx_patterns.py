"""Regular expressions: PCRE2 inside nginx refuses what we refuse, in the same words, on cases and on random patterns."""

import random
import re

import pytest
from deploylint.values.errors import InvalidValue
from deploylint.values.pcre import check_pattern
from oracles.nginx_verdict import ask, prepare

pytestmark = pytest.mark.oracle("nginx")

CASES = [
    "a(", "a)", "(a", "[a", "[]a", "[^]a", "[]]", "a**", "a*+", "a*?", "a*++", "*a", "+", "?", "(*a)", "(?a)", "(?<a>b)", "(?<a>b)(?<a>c)",
    "(?P<a>b)", "(?'a'b)", "(?<1>b)", "(?<>b)", "(?:a", "(?:a)*", "a{2}", "a{2,1}", "a{,2}", "{2}", "a{65536}", "a{1}{2}", "^*", "$*",
    "\\b*", "\\A+", "\\", "a\\", "\\Q(", "\\Qa\\E*", "\\i", "\\y", "\\L", "\\u", "\\o", "\\o{101}", "\\p", "\\pL", "\\pX", "\\p{Lu}",
    "\\x41", "\\x{41}", "\\x{", "\\cA", "\\c", "\\g", "\\g1", "(a)\\g1", "\\g{1}", "(a)\\g{1}", "\\k", "(?<n>a)\\k<n>", "\\k<n>", "\\1", "(a)\\1",
    "(a)\\2", "[z-a]", "[a-\\d]", "[\\w-a]", "[a-z-9]", "[[:alpha:]]", "[[:foo:]]", "[[.a.]]", "[\\B]", "[\\R]", "[\\b]", "(?i)a", "(?i:a)",
    "(?-i)a", "(?i-s:a)", "(?z)a", "(?#a)b", "(?#a", "(?=a)*", "(?<=a)b", "(?<!a)b", "(?<=a*)b", "(?>a)", "(?|a|b)", "(?(1)a|b)", "(?(1)a|b|c)",
    "(a)(?(1)b)", "(?R)", "(?1)", "(a)(?1)", "(?&n)", "(?P>n)", "(?P=n)", "(?)", "(?", "(?<", "(?<a", "(?P", "(?P<a", "a|*", "|", "()", "()*",
    "(|a)+", "\\d+", "\\N", "\\N{U+41}", "\\C", "\\X", "\\R", "\\K", "\\G", "\\Z", "\\z", "\\h", "\\v", "\\e", "\\f", "\\a", "\\0", "\\8",
    "(*UTF8)a", "(*FAIL)", "(*foo)", "(*", "a{1", "a{1,", "a{1,2", "a{x}", "]", "}", "[a", "[\\", "[a-", "[a-]", "[-a]", "[^-a]", "[\\d-]",
]  # fmt: skip
# Refused by both, with other words.
REPHRASED = frozenset({"\\pX", "\\x{", "(?(1)a|b|c)"})
ALPHABET = [
    *"()[]{}*+?|\\^$.-a1:<>=!,b",
    "(?:",
    "(?<",
    "(?",
    "[^",
    "\\d",
    "\\.",
    "{2}",
    "{1,3}",
    "[a-z]",
    "abc",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("nginx")
    prepare(made)
    return made


def ours(pattern):
    try:
        check_pattern(pattern)
    except InvalidValue as error:
        return error.message
    return None


def theirs(pattern, folder):
    quoted = pattern.replace("\\", "\\\\").replace('"', '\\"')
    message = ask(
        f'events {{}} http {{ server {{ location ~ "{quoted}" {{ return 204; }} }} }}', folder
    ).message
    if message is None:
        return None
    match = re.match(r"pcre2_compile\(\) failed: (.*) in \"", message, re.DOTALL)
    return match[1] if match else message


def unescaped(text):
    return None if text is None else text.replace("\\x7b", "{").replace("\\x7d", "}")


# What is left to PCRE2: it is not refused here.
LEFT = frozenset(
    {
        "\\g1",
        "\\g{1}",
        "\\k<n>",
        "(?<=a*)b",
        "(?1)",
        "(?&n)",
        "(?P>n)",
        "(?P=n)",
        "\\N{U+41}",
        "\\777",
        "(?(1)a|b|c)",
    }
)


@pytest.mark.parametrize("pattern", CASES)
def test_cases(pattern, folder):
    mine, said = ours(pattern), theirs(pattern, folder)
    assert (mine is None) == (said is None) or pattern in LEFT
    assert mine is None or unescaped(mine) == said or pattern in REPHRASED


def test_random_patterns(folder):
    chance = random.Random(5)
    patterns = ["".join(chance.choices(ALPHABET, k=chance.randrange(1, 9))) for _ in range(1500)]
    answers = [(pattern, ours(pattern), theirs(pattern, folder)) for pattern in patterns]
    too_much = [one for one in answers if one[1] is not None and one[2] is None]
    too_little = [one for one in answers if one[1] is None and one[2] is not None]
    assert not too_much
    assert len(too_little) < len(answers) / 200, too_little[:20]
