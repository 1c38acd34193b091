"""The YAML tree: places, comments, problems, hostile input."""

import pytest
from deploylint.formats.compose import Alias, Mapping, Pair, Scalar, Sequence, parse
from deploylint.formats.compose.interpolation import word
from deploylint.source import Source
from hypothesis import given
from hypothesis import strategies as st


def parsed(text):
    return parse(Source("compose.yaml", text))


def scalars(document):
    return [node for node, _ in document.walk() if isinstance(node, Scalar)]


def test_every_scalar_knows_where_it_is_written():
    text = "services:\n  web: &w !x\n    image: 'a'\n    command: [\"b\", c] # d\n"
    written = [text[node.start : node.end] for node in scalars(parsed(text))]
    assert written == ["'a'", '"b"', "c"]


@pytest.mark.parametrize(
    ("yaml", "value", "pieces"),
    [
        ("plain text", "plain text", ["plain text"]),
        ("'it''s'", "it's", ["it'", "s"]),
        ('"a\\tb"', "a\tb", ["a\\", "b"]),
        ("|\n  one\n  two\n", "one\ntwo\n", ["one\n", "two\n"]),
        (">\n  one\n  two\n", "one two\n", ["one\n", "two\n"]),
    ],
)
def test_words_point_at_each_character(yaml, value, pieces):
    text = f"a: {yaml}\n"
    scalar = scalars(parsed(text))[0]
    found = word(scalar, {})
    assert found.value == value
    assert [text[piece.span.start : piece.span.end] for piece in found.parts] == pieces


def test_comments_are_told_from_scalars():
    text = "\ufeff# one\na: 'b # c' # two\nd: |\n  # no\ne: f#g\n# three"
    assert [text[span.start : span.end] for span in parsed(text).comments()] == ["# one", "# two", "# three"]


def test_the_statement_of_a_key_holds_its_value():
    text = "services:\n  web:\n    ports:\n      - '80:80'\n    image: a\n"
    span = parsed(text).statement(text.index("ports"))
    assert text[span.start : span.end] == "    ports:\n      - '80:80'"


def test_merge_keys_give_way_to_own_keys_and_to_earlier_maps():
    document = parsed("a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc:\n  <<: [*a, *b]\n  y: 3\nd:\n  <<: *a\n")
    merged = document.roots[0].get("c")
    assert isinstance(merged, Mapping)
    assert {name: pair.value.value for name, pair in merged.merged.items()} == {"y": "3", "x": "1", "z": "2"}
    assert document.problems == ()


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: [", "while parsing a flow node, did not find expected node content", 1),
        ("a: 1\nb: 2\na: 3\n", 'mapping key "a" already defined at line 1', 3),
        ("a: &a [*a]\n", "anchor 'a' value contains itself", 1),
        ("a: *b\n", "unknown anchor 'b' referenced", 1),
        ("a: \x01\n", "control characters are not allowed", 1),
        ("a: \udc80\n", "invalid UTF-8", 1),
        ("- a\n", "top-level object must be a mapping", 1),
        ("[" * 600, "exceeded max depth of 500", 1),
    ],
)
def test_what_is_refused(text, message, line):
    problem = parsed(text).problems[0]
    assert (problem.message, problem.at.start.line) == (message, line)


def test_what_stands_before_a_syntax_error_is_read():
    document = parsed("services:\n  web:\n    image: a\n    command: b: c\n")
    assert document.problems
    assert document.services[0].get("web").get("image").value == "a"


def test_alias_bombs_cost_nothing():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]" for n in range(12)]
    document = parsed("\n".join(lines))
    assert [problem.message for problem in document.problems] == ["document contains excessive aliasing"]
    assert sum(1 for _ in document.walk()) < 1000


def test_an_alias_never_contains_itself():
    document = parsed("a: &a {b: *a}\nc: *a\n")
    assert [type(pair.value) for pair, _ in document.walk() if isinstance(pair, Pair)] == [
        Mapping,
        Scalar,
        Alias,
    ]


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#$ \n\t%@`,?\x01\ud800é", max_size=60))
def test_any_text_is_read(text):
    document = parsed(text)
    for node in scalars(document):
        assert 0 <= node.start <= node.end <= len(text)
        found = word(node, {"a": "1", "b": None})
        assert all(0 <= piece.span.start <= piece.span.end <= len(text) for piece in found.parts)
    list(document.comments())
    assert all(problem.at.span.end <= len(text) for problem in document.problems)


@given(st.lists(st.sampled_from(["a", "b c", "é'", '"', "\\", "$x", " "]), max_size=6))
def test_quoted_text_is_found_where_it_stands(parts):
    value = "".join(parts)
    for quoted in (
        "'" + value.replace("'", "''") + "'",
        '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"',
    ):
        text = f"a: {quoted}\n"
        scalar = scalars(parsed(text))[0]
        offsets = scalar.offsets()
        assert scalar.value == value
        assert len(offsets) == len(value) + 1
        for character, offset in zip(value, offsets, strict=False):
            assert text[offset] in {character, "\\", "'"}


def test_a_large_file_says_the_same_of_each_service_as_a_small_one():
    kinds = [
        "{build: ., 'ports': [80, \"a\\tb\"], environment: {A: '1', A: 2}}",
        "\n    <<: *base\n    command: |\n      run\n    ? [odd]\n    : key",
        "\n    image: x # here\n    command: ${A}\n    expose:\n      - 8000\n      - *port\n    deploy: !reset null",
    ]
    head = "x-base: &base {image: python:3.12, restart: always}\nx-port: &port 9000\nservices:\n"

    def told(node):
        match node:
            case Mapping():
                written = [(pair.name, told(pair.key), told(pair.value)) for pair in node.pairs]
                held = {name: told(pair.value) for name, pair in node.merged.items()}
                assert held == {name: told(node.get(name)) for name in node.names}
                return node.tag, node.at.text, written, held, [pair.name for pair in node.each()]
            case Sequence():
                return node.tag, [told(item) for item in node.items], len(list(node.each()))
            case Alias():
                return told(node.target)
            case _:
                return node.tag, node.value, node.style, node.is_null

    small = [parsed(f"{head}  s: {kind}\n").services[0].get("s") for kind in kinds]
    texts = [f"  s{number}: {kinds[number % len(kinds)]}\n" for number in range(3000)]
    file = parsed(head + "".join(texts))
    services = file.services[0]
    expected = [told(one) for one in small]
    assert len(services.names) == len(services.merged) == 3000
    for _ in range(2):
        for number in (0, 1, 2, 1499, 1500, 2999):
            assert told(services.get(f"s{number}")) == expected[number % len(kinds)]
    assert services.get("s3000") is None
    names = [node.name for node, _ in file.walk() if isinstance(node, Pair)]
    assert names.count("environment") == names.count("<<") == names.count("expose") == 1000
    assert len(list(file.comments())) == 1000
