import contextlib
import re
import shlex
import subprocess

import pytest
from deploylint.source import Span
from deploylint.values import words
from deploylint.values.errors import InvalidValue
from deploylint.values.words import Operator, Variable, Word, resolved, scan_shell, split_shell, split_shlex
from hypothesis import assume, example, given
from hypothesis import strategies as st
from support import assert_linear

LINES = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="ab =:/-'\"\\ \t\n$", max_size=30),
    st.text(alphabet="a '\"\\$(){}`%<@#;&|>\n", max_size=30),
)


def values(tokens):
    return [token.text if isinstance(token, Operator) else token.value for token in tokens]


@given(LINES)
@example('"a\\')
@example("'a\\")
@example('"\\$\\a\\"\\\n"')
@example("\\\n")
@example("a''b '' \"\"")
def test_split_shlex_is_shlex_split(text):
    assume(not any(marker in text for marker in ("{{", "{%", "<%", "@A")))
    try:
        expected = shlex.split(text)
    except ValueError as error:
        with pytest.raises(InvalidValue, match=str(error)):
            split_shlex(text)
    else:
        assert values(split_shlex(text)) == expected


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("cd /srv && exec gunicorn", ["cd", "/srv", "&&", "exec", "gunicorn"]),
        ("a|b||c;d&e\nf", ["a", "|", "b", "||", "c", ";", "d", "&", "e", "\n", "f"]),
        ("a >b 2>&1 <c", ["a", ">", "b", "2>&", "1", "<", "c"]),
        ("a2>b", ["a2", ">", "b"]),
        ("a # comment 'x", ["a"]),
        ("a#b", ["a#b"]),
        ("a \\\n  b", ["a", "b"]),
        ("a\\\nb", ["ab"]),
        (r"a\ b '\' \"x", ["a b", "\\", '"x']),
        (r'"a\b\$\"\`\\"', ['a\\b$"`\\']),
        ("''", [""]),
        ("a''b", ["ab"]),
        ('"$(echo "a b") c"', ['$(echo "a b") c']),
        ("$(a $(b c) 'd)') x", ["$(a $(b c) 'd)')", "x"]),
        ("`a b` x", ["`a b`", "x"]),
        ("{{ user }}/app {% if x %}", ["{{ user }}/app", "{% if x %}"]),
        ("(a)", ["(", "a", ")"]),
        ("\\", ["\\"]),
    ],
)
def test_split_shell(text, tokens):
    assert values(split_shell(text)) == tokens


PLAIN = st.text(alphabet="ab='\"\\ -/.:,", max_size=20)


@given(PLAIN)
def test_words_without_expansions_are_what_sh_passes_on(text):
    try:
        ours = values(split_shell(text))
    except InvalidValue:
        assume(condition=False)
        raise
    assume("\0" not in text)
    assume(ours == [] or "=" not in ours[0])
    done = subprocess.run(
        ["sh", "-c", f"set -f; printf '%s\\n' @ {text}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.split("\n")[1:-1] == ours


@pytest.mark.parametrize(
    ("text", "offset"), [("a 'b", 2), ('a "b', 2), ("a `b", 2), ("a $(b", 2), ("a ${b", 2)]
)
def test_what_is_not_closed_is_refused(text, offset):
    with pytest.raises(InvalidValue) as caught:
        split_shell(text)
    assert caught.value.offset == offset
    tokens, problem = scan_shell(text)
    assert problem is not None
    assert tokens[-1].opaque


@pytest.mark.parametrize(
    ("text", "opaque"),
    [
        ("$A", True),
        ("a$A", True),
        ('"$A"', True),
        ("'$A'", False),
        (r"\$A", False),
        (r'"\$A"', False),
        ("`a`", True),
        ("$(a)", True),
        ("${A:-b}", True),
        ("$@", True),
        ("a{b,c}", False),
        ("{{ a }}", True),
        ("'{{ a }}'", False),
        ('"{{ a }}"', True),
        ("@APP_DIR@", True),
        ("user@host", False),
        ("<%= a %>", True),
        ("$'a'", True),
        ("a$", False),
    ],
)
def test_opaque(text, opaque):
    (word,) = split_shell(text)
    assert word.opaque is opaque
    assert word.known == (None if opaque else word.value)


def test_expansions_are_unknown_in_shlex_words_too():
    assert [word.opaque for word in split_shlex("$A ${A} '$A' \"$A\" a\\$A {{ x }} plain")] == [
        True,
        True,
        False,
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "variables", "assumed"),
    [
        ("0.0.0.0:${PORT:-8000}", [Variable("PORT", "8000")], "0.0.0.0:8000"),
        (
            '"${HOST-localhost}:${PORT:=80}"',
            [Variable("HOST", "localhost"), Variable("PORT", "80")],
            "localhost:80",
        ),
        ("$PORT", [Variable("PORT")], None),
        ("${PORT}", [Variable("PORT")], None),
        ("${A:-}", [Variable("A", "")], ""),
        ("${A:-$B}", [Variable("A", changed=True)], None),
        ("${A%.*}", [Variable("A", changed=True)], None),
        ("$(nproc)", [], None),
        ("plain", [], "plain"),
    ],
)
def test_variables_and_their_defaults(text, variables, assumed):
    (word,) = split_shell(text)
    assert list(word.variables) == variables
    assert word.assumed == assumed


def test_a_known_environment_replaces_variables():
    word = split_shell('a:$PORT:"$DIR":$DIR:${X:-d}:$NO:${PORT%0}')[0]
    known = resolved(word, {"PORT": "80", "DIR": "my dir", "NO": None})
    assert known.value == "a:80:my dir:$DIR:${X:-d}:$NO:${PORT%0}"
    assert known.prefix == "a:80:my dir:"
    assert known.span == word.span


@given(LINES, st.integers(0, 50))
def test_spans_cover_the_text_and_literal_pieces_are_the_text(text, offset):
    tokens, _ = scan_shell(text, offset=offset)
    end = offset
    for token in tokens:
        assert end <= token.span.start < token.span.end
        end = token.span.end
        source = text[token.span.start - offset : token.span.end - offset]
        if isinstance(token, Operator):
            assert source == token.text
            continue
        for piece in token.parts:
            assert token.span.start <= piece.span.start <= piece.span.end <= token.span.end
            if piece.verbatim:
                assert text[piece.span.start - offset : piece.span.end - offset] == piece.value
    assert end <= offset + len(text)


@given(LINES, st.data())
def test_parts_of_a_word_keep_their_place(text, data):
    for word in scan_shell(text)[0]:
        if isinstance(word, Operator):
            continue
        start = data.draw(st.integers(0, len(word.value)))
        end = data.draw(st.integers(start, len(word.value)))
        part = word.part(start, end)
        assert part.value == word.value[start:end]
        assert word.span.start <= part.span.start <= part.span.end <= word.span.end
        assert word.part(0).value == word.value


def test_a_part_points_at_its_own_text():
    text = "--bind=\"0.0.0.0:80\" '-w4'"
    bind, workers = split_shell(text)
    part = bind.part(len("--bind="))
    assert text[part.span.start : part.span.end] == "0.0.0.0:80"
    number = workers.part(2)
    assert text[number.span.start : number.span.end] == "4"
    assert bind.part(len(bind.value)) == Word("", Span(18, 18))


def test_a_word_without_pieces_is_one_piece():
    word = Word("-b:80", Span(10, 15))
    assert word.part(2).span == Span(12, 15)
    assert Word("-b:80", Span(10, 30)).part(2).span == Span(10, 30)


HOSTILE = [
    '"$()',
    "$(",
    '"$( $()',
    "{{",
    "${",
    '"${a',
    "$(((",
    '"$(a)',
    "<%",
    "@A",
    "#",
    "`",
    "'",
    "\\",
    "<",
    "{{ a } ",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("split", [scan_shell, split_shlex])
def test_time_is_linear(piece, split):
    def read(count):
        with contextlib.suppress(InvalidValue):
            split(piece * count)

    assert_linear(read, 2_500, 10_000)


@given(st.text(alphabet="ab-=/ \t\r\n\x0b\x85\xa0\u2003{}#%|;é", max_size=40), st.integers(0, 5))
def test_words_without_marks_are_what_the_grammar_makes(text, offset):
    def made(text, offset):
        try:
            return [
                (one.value, one.span, one.opaque, one.quoted, one.pieces)
                for one in split_shlex(text, offset=offset)
            ]
        except InvalidValue as error:
            return error.message

    with pytest.MonkeyPatch.context() as patch:
        short = made(text, offset + 1)
        patch.setattr(words, "_SHLEX_MARKS", re.compile(""))
        assert made(text, offset + 1) == short
