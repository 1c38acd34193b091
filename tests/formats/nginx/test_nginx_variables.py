"""What captures and variables of nginx may hold."""

import re

import pytest
from deploylint.formats.nginx import Block, parse
from deploylint.formats.nginx.captures import groups
from deploylint.formats.nginx.configuration import configuration
from deploylint.formats.nginx.scope import Place
from deploylint.formats.nginx.variables import contents, references, regex_condition
from deploylint.source import Source
from deploylint.tree import MemoryTree
from hypothesis import given
from hypothesis import strategies as st
from support import all_rules, check_sources

PROBES = "\n\r/?.:@0a-_ "


def kinds(pattern, name="1"):
    captured = groups(pattern)[name]
    flags = ("line_break", "slash", "dot", "colon", "rooted")
    return {flag for flag in flags if getattr(captured, flag)}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^/(.*)$", {"slash", "dot", "colon"}),
        (r"^/([^/]*)$", {"line_break", "slash", "dot", "colon"}),
        (r"^/([^/?]*)$", {"line_break", "dot", "colon"}),
        (r"^/([^\s/?]+)$", {"dot", "colon"}),
        (r"^/([a-z0-9]+)$", set()),
        (r"^/(\d+)/x", set()),
        (r"^/([\w.-]+)", {"dot"}),
        (r"^(/.*)?$", {"slash", "dot", "colon", "rooted"}),
        (r"^((?:/a)+)$", {"slash", "rooted"}),
        (r"^(/?.*)$", {"slash", "dot", "colon"}),
        (r"^(/a|b)$", {"slash"}),
        (r"^/(a\.b|c)$", {"dot"}),
        (r"^/(?s)(.*)$", {"line_break", "slash", "dot", "colon"}),
        (r"([\s\S]*)", {"line_break", "slash", "dot", "colon"}),
        (r"([]/]+)", {"slash"}),
        (r"([^]/]+)", {"line_break", "slash", "dot", "colon"}),
        (r"(\Qa.b\E)", {"dot"}),
        (r"([[:alpha:]]+)", {"slash", "dot", "colon"}),
    ],
)
def test_groups(pattern, expected):
    assert kinds(pattern) == expected


def test_groups_are_numbered_and_named():
    found = groups(r"^/(?:x)(?<year>\d{4})/(?P<month>\d\d)/('?)(?'day'\d)(?=y)(?!z)(?#c)")
    assert set(found) == {"1", "2", "3", "4", "year", "month", "day"}


@pytest.mark.parametrize("pattern", ["(", "a)", "(?x)( a )", "(?|(a)|(b))", "a" * 3000, "(\n)"])
def test_what_is_not_understood_is_unknown(pattern):
    assert groups(pattern) is None


@given(st.text(alphabet=r"()[]{}?*+|\^$.<>:!=-aQEsSdDwWpx/ '0", max_size=60))
def test_no_pattern_is_too_strange(pattern):
    groups(pattern)


SIMPLE = st.sampled_from(
    [".", "[^/]", "[^.]", r"\d", r"\w", r"\S", r"\s", r"\W", "[a-z]", "/", "[/.]", r"[^\s]", "[0-9a-f]"]
)


@given(st.lists(st.tuples(SIMPLE, st.sampled_from(["", "?", "*", "+", "{1,3}"])), min_size=1, max_size=5))
def test_agrees_with_a_regular_expression_engine(parts):
    """Python's engine and PCRE mean the same by these; one character at a time is matched."""
    body = "".join(piece + quantifier for piece, quantifier in parts)
    captured = groups(f"^({body})$")["1"]
    matched = {probe for probe in PROBES for piece, _ in parts if re.fullmatch(piece, probe, re.ASCII)}
    assert captured.line_break == ("\n" in matched)
    assert captured.slash == bool(matched & {"/", "?"})
    assert captured.dot == ("." in matched)


def place_of(text):
    """The first `return` of a text with the place where it stands."""
    file = parse(Source("nginx/site.conf", text))
    known = configuration([file], MemoryTree([file.source]))
    for statement, chain in file.walk():
        if statement.name == "return":
            return Place(known, tuple(next(iter(known.places(file, chain))))), statement
    raise AssertionError(text)


def held(text, name):
    place, statement = place_of(text)
    return contents(place, statement, name)


SERVER = "server {{ {} location / {{ {} return 200; }} }}"


@pytest.mark.parametrize(
    ("outer", "inner", "name", "client", "line_break"),
    [
        ("", "", "uri", True, True),
        ("", "", "URI", True, True),
        ("", "", "request_uri", True, False),
        ("", "", "arg_next", True, False),
        ("", "", "host", True, False),
        ("", "", "remote_addr", False, False),
        ("", "set $a 1;", "a", False, False),
        ("set $A $uri;", "", "a", True, True),
        ("set $b $uri;", "set $a x${b};", "a", True, True),
        ("", "if ($arg_x) { set $a $arg_x; } set $a 1;", "a", True, False),
        ("if ($uri ~ ^/(?<a>[^/]+)) { set $c 1; }", "", "a", True, True),
        ("if ($request_uri ~ ^/(?<a>[^/]+)) { set $c 1; }", "", "a", True, False),
        ("rewrite ^/([^/]+)/ /$1;", "", "1", True, True),
        ("server_name ~^(?<a>[^.]+)[.]example;", "", "a", True, False),
    ],
)
def test_contents(outer, inner, name, client, line_break):
    found = held(SERVER.format(outer, inner), name)
    assert (found.client, found.line_break) == (client, line_break)


@pytest.mark.parametrize(
    ("text", "client", "line_break"),
    [
        ("map $uri $a { default 1; /x 2; }", False, False),
        ("map $uri $a { default $uri; }", True, True),
        ("map $uri $a { default 1; ~^/(?<b>[^/]+) $b; }", True, True),
        ("map $request_uri $a { default 1; ~^/(?<b>[^/]+) $b; }", True, False),
        ("map $uri $a { default 1; ~^/(?<b>[a-z]+) x$b; }", True, False),
        ("map $arg_x $b { default $uri; } map $arg_y $a { default $b; }", True, True),
    ],
)
def test_contents_of_maps(text, client, line_break):
    found = held(text + " server { location / { return 200; } }", "a")
    assert (found.client, found.line_break) == (client, line_break)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "unknown_to_all"),
        ("set $a {{ value }};", "a"),
        ("set $a $b; set $b $a;", "a"),
        ("set $a $unknown_to_all;", "a"),
        ("map $uri $a { include elsewhere.map; }", "a"),
        ("if ($uri ~ ^/(?x)(?<a>.)) { set $c 1; }", "a"),
    ],
)
def test_what_nobody_can_tell(text, name):
    outer, inner = (text, "") if text.startswith("map") else ("", text)
    assert held(outer + SERVER.format(inner, ""), name) is None


def test_references():
    assert list(references("$a/${B}x$10")) == [("a", 0, 2), ("b", 3, 7), ("1", 8, 10)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("($uri ~ ^/a)", ("$uri", "^/a")),
        ("( $uri !~* ^/a )", ("$uri", "^/a")),
        ("($uri ~ (a|b))", ("$uri", "(a|b)")),
        ("($uri = /a)", None),
        ("(-f $uri)", None),
        ("", None),
    ],
)
def test_conditions(condition, expected):
    file = parse(Source("nginx/site.conf", f"if {condition} {{ return 200; }}"))
    assert isinstance(file.children[0], Block)
    assert regex_condition(file.children[0]) == expected


def test_directives_of_other_modules_make_variables():
    """set-misc's, which the nginx of the oracles has not."""
    text = "server {\n    set_escape_uri $target $request_uri;\n    set_md5 $sum $target;\n    return 302 /$target$sum$none;\n}\n"
    diagnostics = check_sources([Source("nginx.conf", text)], [all_rules()["nginx-unknown-variable"]])
    assert [one.finding.message for one in diagnostics] == ['unknown "none" variable']
