import random
import string

import pytest
from deploylint.vocabulary import nginx, systemd
from deploylint.vocabulary.nearest import nearest
from hypothesis import given
from hypothesis import strategies as st
from support import assert_linear


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Restrat", "Restart"),
        ("execstart", "ExecStart"),
        ("Envirnoment", "Environment"),
        ("WorkingDir", None),
        ("Type", None),
        ("x", None),
    ],
)
def test_a_misspelt_key(name, meant):
    assert nearest(name, systemd.keys("Service")) == meant


@pytest.mark.parametrize(
    ("name", "candidates", "meant"),
    [
        ("abcdef", ["abcdeg", "abcdeh"], None),
        ("abcdef", ["abcdeg", "abcdeh", "abcdfe", "ABCDEF"], "ABCDEF"),
        ("abcdef", ["abcdgh", "abcdeg"], "abcdeg"),
        ("abcdef", ["abcdeg", "abcdgh"], "abcdeg"),
        ("abcdef", ["abcghi"], None),
        ("abc", ["axd"], None),
        ("abc", ["acb"], "acb"),
        ("ab", ["ac"], None),
        ("ab", ["AB"], "AB"),
        ("abc", ["ABC", "aBC"], None),
    ],
)
def test_the_unique_nearest_one(name, candidates, meant):
    assert nearest(name, candidates) == meant


def edits(one, other):
    table = {}
    for i in range(-1, len(one)):
        for j in range(-1, len(other)):
            if i < 0 or j < 0:
                table[i, j] = i + j + 2
                continue
            steps = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one[i] != other[j])]
            if i and j and one[i] == other[j - 1] and one[i - 1] == other[j]:
                steps.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(steps)
    return table[len(one) - 1, len(other) - 1]


@given(st.text("abc", min_size=1, max_size=9), st.text("abc", min_size=1, max_size=9))
def test_as_many_edits_as_the_plain_table_says(name, candidate):
    allowed = 0 if len(name) <= 2 else 1 if len(name) <= 5 else 2
    near = name != candidate and edits(name, candidate) <= allowed
    assert nearest(name, [candidate]) == (candidate if near else None)


def test_time_is_linear_in_the_candidates():
    pick = random.Random(1).choices
    candidates = [*nginx.names(), *("".join(pick(string.ascii_lowercase, k=12)) for _ in range(3_000))]
    assert nearest("proxy_set_haeder", candidates) == "proxy_set_header"
    assert_linear(lambda count: nearest("proxy_set_haeder", candidates[:count]), 800, 3_200)
