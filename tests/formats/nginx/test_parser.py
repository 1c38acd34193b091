"""The parser against a character-by-character copy of nginx's rules, and properties of the tree on any text."""

import re

import pytest
from deploylint.formats.nginx import Block, Directive, Entry, parse
from deploylint.formats.nginx.nodes import Unfinished
from deploylint.formats.nginx.problems import DEEPEST
from deploylint.formats.nginx.relations import definitions
from deploylint.source import Source
from hypothesis import example, given, settings
from hypothesis import strategies as st

BLANK = " \t\r\n"
PIECES = [
    *" \t\n\r;{}\"'\\#$()ab\0\x0bé\udcff",
    "server ",
    "location ~ ",
    "map ",
    "${a}",
    "a b;",
    "a { ",
    " }",
    "# c\n",
    '"x y"',
    "'x'",
    "{{ x }}",
    "{% x %}",
    "<% x %>",
    "a_by_lua_block {",
]
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=40)


def read(text):
    return parse(Source("nginx.conf", text))


class RefusedError(Exception):
    pass


def tokens_of_nginx(text):
    """Words and punctuation as ngx_conf_read_token yields them, up to the first error."""
    found, depth, words, at = [], 0, 0, 0
    while True:
        while at < len(text) and text[at] in BLANK:
            at += 1
        if at == len(text):
            if words or depth:
                raise RefusedError
            return found
        character = text[at]
        if character == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif character in ";{":
            if not words:
                raise RefusedError
            depth, words = depth + (character == "{"), 0
            found.append(character)
            at += 1
        elif character == "}":
            if words or not depth:
                raise RefusedError
            depth -= 1
            found.append("}")
            at += 1
        else:
            end = quoted_end(text, at) if character in "\"'" else bare_end(text, at)
            found.append(text[at:end])
            words, at = words + 1, end


def quoted_end(text, start):
    at = start + 1
    while at < len(text) and text[at] != text[start]:
        at += 2 if text[at] == "\\" else 1
    if at + 1 >= len(text) or text[at + 1] not in BLANK + ";{)":
        raise RefusedError
    return at + 1


def bare_end(text, start):
    at, variable = start, False
    while at < len(text):
        character = text[at]
        if character == "{" and variable:
            at += 1
            continue
        variable = character == "$"
        if character == "\\":
            at += 2
            continue
        if character in BLANK + ";{":
            break
        at += 1
    return min(at, len(text))


def tokens_of_tree(file):
    """The same tokens, from the tree."""
    pieces = []
    for statement, _ in file.walk():
        pieces += [(word.start, word.raw) for word in statement.words]
        pieces.append((statement.head_end, "{" if isinstance(statement, Block) else ";"))
        if isinstance(statement, Block):
            pieces.append((statement.end - 1, "}"))
    return [text for _, text in sorted(pieces)]


def has_a_block_within_a_word(file):
    """`/[0-9]{2}/`: nginx does not come to the end, since it knows no directive `2}/`. A rule tells that."""
    return any(
        isinstance(node, Block) and node.children and node.children[0].start == node.head_end + 1
        and "}" in node.children[0].name
        for node, _ in file.walk()
    )  # fmt: skip


@settings(max_examples=800, deadline=None)
@example(r"\${a}a b;")
@given(texts)
def test_same_words_and_same_verdict_as_the_tokenizer_of_nginx(text):
    if re.search(r"\{\{|\{%|\{#|<%|_by_lua|map", text):
        return
    file = read(text)
    try:
        expected = tokens_of_nginx(text)
    except RefusedError:
        assert file.problems or has_a_block_within_a_word(file)
    else:
        assert not file.problems
        assert tokens_of_tree(file) == expected


@settings(max_examples=500, deadline=None)
@given(texts)
def test_the_pieces_of_the_tree_cover_the_text(text):
    file = read(text)
    pieces = [(span.start, span.end) for span in file.comments()]
    for statement, _ in file.walk():
        assert statement.start <= statement.head_end <= statement.end <= len(text)
        pieces += [(word.start, word.end) for word in statement.words]
    pieces.sort()
    rest, at = "", 0
    for start, end in pieces:
        assert start >= at
        rest += text[at:start]
        at = end
    rest += text[at:]
    if not re.search(r"\{\{|\{%|\{#|<%|_by_lua", text):
        assert not set(rest) - set(BLANK + ";{}")


@settings(max_examples=300, deadline=None)
@given(texts)
def test_children_lie_within_their_blocks_in_order(text):
    for statement, chain in read(text).walk():
        if chain:
            assert chain[0].head_end < statement.start
            assert statement.end <= chain[0].end
        if isinstance(statement, Block):
            starts = [child.start for child in statement.children]
            assert starts == sorted(starts)


HOSTILE = {
    "nested": "a {",
    "open blocks on lines": "location / {\n",
    "closing braces": "}",
    "semicolons": ";",
    "quotes": '"',
    "quotes on lines": 'a "\n',
    "backslashes": "\\",
    "variables": "${",
    "words": "a ",
    "blanks": " ",
    "comments": "a #\n",
    "glued": 'a "b"c;',
    "glued over lines": 'a "b\n"c;',
    "jinja": "{% ",
    "jinja values": "{{a ",
    "erb": "<% a ",
    "lua": "\na_by_lua_block { [[ ",
    "lua names": "a_by_lua_block ",
    "entries": "map {a {",
    "patterns": "a{2}{",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_linear_time(piece):
    """A quadratic parser takes minutes for these."""
    file = read(piece * 20_000)
    for statement, _ in file.walk():
        assert statement.words is not None


@given(texts)
@example('\\"x x;')
@example('"a" a;')
@example("a # a\n a;")
def test_the_first_argument_and_the_names_agree_with_the_words(text):
    file = read(text)
    for node, _ in file.walk():
        if node.values:
            assert node.argument == node.args[0]
        assert node.name in file.names or (isinstance(node, Entry) and node.name != "include")


@given(texts)
@example('server "a {')
@example("a 'b ;  # c\n ; d \\ ;")
def test_shortcuts_say_what_the_words_and_the_tree_say(text):
    file = read(text)
    names = {node.name for node, _ in file.walk() if type(node) is not Entry}
    assert names <= file.names
    assert file.names - names <= {"include"} or file.problems
    for node, _ in file.walk():
        words = node.words
        assert node.words_end == (words[-1].end if words else node.start)


@given(st.text(alphabet="(?<P'a", max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_named_groups_are_found_as_an_expression_finds_them(text, start, end):
    found = re.compile(r"\(\?[<P']").search(text, start, end)
    assert definitions._names_groups(text, start, end) == (found is not None)


@pytest.mark.parametrize("filler", ["", "# " + "x" * 20_000 + "\n"], ids=["short", "long"])
@given(texts)
@example("http { server { listen 80; } map $a $b { server 1; } server { listen 81; } }")
def test_what_is_asked_for_by_name_is_what_a_walk_meets(filler, text):
    """Of a long text nothing is kept for it."""
    file = read(filler + text)
    met = [one for one in file.walk() if not isinstance(one[0], Entry)]
    names = sorted({node.name for node, _ in met})
    for some in ([], names[:1], names[1:], [*names, "nobody"]):
        by_name = [one for name in some for one in met if one[0].name == name]
        found = sorted(file.named(frozenset(some)), key=lambda one: some.index(one[0].name))
        assert found == by_name
    assert file.names - {"include"} == set(names) - {"include"}


def test_words():
    text = """add_header "X-A" 'a\\'b\\nc' d\\.e \\; # note\n  always;"""
    file = read(text)
    (header,) = file.children
    assert header.name == "add_header"
    assert header.values == ("X-A", "a'b\nc", "d\\.e", "\\;", "always")
    assert [word.quoted for word in header.args] == [True, True, False, False, False]
    assert [span.start for span in file.comments()] == [text.index("#")]
    assert header.at.text.endswith("always;")


def test_blocks_know_their_header_and_their_end():
    file = read("server {\n  location / { a b; } # c\n}\nd;")
    server, last = file.children
    (location,) = server.children
    assert isinstance(server, Block)
    assert server.header.text == "server"
    assert location.header.text == "location /"
    assert file.source.text[location.start : location.end] == "location / { a b; }"
    assert last.at.text == "d;"


def test_entries_of_maps_are_no_directives():
    file = read("map $a $b { default 0; autoindex on; }\ntypes { text/html html; }\nautoindex on;")
    kinds = {type(node) for node, chain in file.walk() if chain}
    assert kinds == {Entry}
    assert type(file.children[-1]) is Directive


def test_lua_is_left_alone():
    body = " -- it's \"\n local a = {[==[ } ]] ]==]} "
    file = read(f"server {{ content_by_lua_block {{{body}}} listen 80; }}")
    (server,) = file.children
    assert [child.name for child in server.children] == ["content_by_lua_block", "listen"]
    assert server.children[0].children == ()
    assert not file.problems


@pytest.mark.parametrize(
    ("text", "opaque"),
    [
        ("a {{ x }};", True),
        ("a {{ x }}y;", True),
        ("a {% if b %}c{% endif %};", True),
        ("a <%= x %>;", True),
        ("a @PORT@;", True),
        ("a ${PORT};", True),
        ("a $PORT;", True),
        ("a ${host};", False),
        ("a $host;", False),
        ("a user@example.com;", False),
    ],
)
def test_words_that_something_else_fills_in(text, opaque):
    file = read(text)
    assert file.children[0].args[0].opaque is opaque
    assert not file.problems


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("server { listen 80 }", "80", 'unexpected "}"'),
        ("server {\n} }", "}", 'unexpected "}"'),
        ("server { };", ";", 'unexpected ";"'),
        ("{ a; }", "{", 'unexpected "{"'),
        ("a b", "b", 'unexpected end of file, expecting ";" or "}"'),
        ("server {", "server", 'unexpected end of file, expecting "}"'),
        ('a "b"c;', "c", 'unexpected "c"'),
        ('a "b\nc"d;', '"', 'unexpected "d"'),
        ("a 'b;", "'", 'unexpected end of file, expecting ";" or "}"'),
        ('a "' + "b" * 5000 + '";', '"', 'too long parameter, probably missing terminating """ character'),
        ("#" + "b" * 4095 + "\n", "#", 'too long parameter "#bbbbbbbbb..." started'),
    ],
)
def test_problems(text, place, message):
    (problem,) = read(text).problems
    assert (problem.at.text, problem.message) == (place, message)


def test_reading_goes_on_behind_a_broken_statement():
    file = read('server { listen 80 }\nserver { add_header a "b"c; root /x; }')
    assert [type(node) for node, _ in file.walk() if node.name == "listen"] == [Unfinished]
    assert [node.values for node, _ in file.walk() if node.name == "root"] == [("/x",)]
    assert len(file.problems) == 2


def test_what_the_main_file_says_of_the_process():
    file = read("user app staff;\ndaemon off;\nevents {}")
    assert file.user.values == ("app", "staff")
    assert file.in_foreground
    assert read("events {}").user is None
    assert not read("daemon on;").in_foreground


def test_a_comment_covers_the_statement_below_it():
    text = "server {\n  # about the root\n  root /x\n    ;\n}"
    file = read(text)
    span = file.statement(text.index("# about"))
    assert text[span.start : span.end] == "root /x\n    "


def nested(count, inner="a b;"):
    return "location / {" * count + inner + "}" * count


def test_blocks_are_read_as_deep_as_nginx_reads_them():
    file = read(nested(DEEPEST))
    assert file.problems == ()
    assert [statement.name for statement, _ in file.walk()] == ["location"] * DEEPEST + ["a"]


@pytest.mark.parametrize("inner", ["a b;", "a '{' # }\n;", 'map a b {"}" c; } ;', "{ a {} }", ""])
def test_deeper_blocks_are_left_out_with_a_problem(inner):
    """What comes behind them is read as ever, and what nginx would make of their inside does not matter."""
    text = nested(DEEPEST + 2_000, inner) + " root /;"
    file = read(text)
    (problem,) = file.problems
    assert problem.message == f"blocks are nested more than {DEEPEST} deep"
    assert problem.at.span.start == len("location / {") * DEEPEST
    assert [statement.name for statement, _ in file.walk()] == ["location"] * DEEPEST + ["root"]
    outermost, root = file.children
    assert (outermost.end, root.start) == (text.rindex("}") + 1, text.index("root"))


def test_braces_that_close_nothing_do_not_count():
    file = read("} } }" + nested(DEEPEST + 1))
    assert [problem.message for problem in file.problems][-1] == f"blocks are nested more than {DEEPEST} deep"
    assert len(list(file.walk())) == DEEPEST


@pytest.mark.parametrize("mark", ["", "{{ mark }}\n"], ids=["plain", "template"])
def test_the_end_may_come_before_them(mark):
    file = read(mark + "location / {" * (DEEPEST + 2_000) + "# note\n")
    assert f"blocks are nested more than {DEEPEST} deep" in [problem.message for problem in file.problems]
    assert [file.source.text[span.start : span.end] for span in file.comments()] == ["# note"]
    assert len(list(file.walk())) == DEEPEST
