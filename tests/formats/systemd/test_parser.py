"""Unit files taken apart: nothing lost, every character findable, values as systemd joins them."""

import re

import pytest
from deploylint.formats.systemd import Assignment, Comment, Junk, Section, parse
from deploylint.source import Source
from hypothesis import example, given
from hypothesis import strategies as st
from support import assert_linear

BLANKS = " \t\n\r"
FRAGMENTS = [
    "[Unit]", "[Service]", "[X-a]", "[", "]", "Key=value", "Key = a b", "=", "\\", "\\\n", "\\\r\n", "\n", "\r\n", "\n\n",
    "\0", " ", "\t", "# c", "; c", "#", "a", "é", "\udcff", "%i", '"',
]  # fmt: skip
TEXTS = st.tuples(st.sampled_from(["", "\ufeff"]), st.lists(st.sampled_from(FRAGMENTS), max_size=30)).map(
    lambda drawn: drawn[0] + "".join(drawn[1])
)


def unit(text, path="systemd/app.service"):
    return parse(Source(path, text))


def nodes(parsed):
    return [node for node, _ in parsed.walk()]


def reference(text):
    """`config_parse` and `parse_line` once more, physical line by physical line, in the plainest way."""
    lines = re.split(r"\n\r?\0?|\r\n?\0?|\0", text)
    pending, found, section = None, [], ""
    logical = []
    for number, line in enumerate(lines):
        if line.lstrip(BLANKS)[:1] in ("#", ";"):
            continue
        joined = (pending or "") + (line if number else line.removeprefix("\ufeff"))
        escaped = False
        for character in joined:
            escaped = not escaped and character == "\\"
        if escaped:
            pending = joined[:-1] + " "
            continue
        pending = None
        logical.append(joined)
    if pending is not None:
        logical.append(pending)
    for line in (line.strip(BLANKS) for line in logical):
        if line.startswith("["):
            section = line[1:-1] if line.endswith("]") and len(line) > 1 else None
            found.append(("section", section))
        elif "=" in line:
            key, _, value = line.partition("=")
            found.append((key.strip(BLANKS), value.strip(BLANKS)))
        elif line:
            found.append(("junk", line))
    return found


def ours(text):
    found = []
    for node in nodes(unit(text)):
        if isinstance(node, Section):
            whole = node.header.endswith("]") and len(node.header) > 1
            found.append(("section", node.name if whole else None))
        elif isinstance(node, Assignment):
            found.append((node.name, node.value))
        elif isinstance(node, Junk) and node.text:
            found.append(("junk", node.text))
    return found


@example("\ufeff # c")
@example("\ufeff \t;a=b\n#c")
@given(TEXTS)
def test_lines_are_joined_and_divided_as_systemd_does(text):
    assert ours(text) == reference(text)


@given(TEXTS)
def test_nothing_but_blanks_lies_between_the_nodes(text):
    done = 0
    for node in nodes(unit(text)):
        assert done <= node.start < node.end <= len(text)
        assert not text[done : node.start].strip(BLANKS + "\0\ufeff")
        done = node.end
    assert not text[done:].strip(BLANKS + "\0\ufeff")


@given(TEXTS)
def test_every_character_of_a_value_is_found_in_the_text(text):
    for node in nodes(unit(text)):
        if isinstance(node, Assignment):
            for offset, character in enumerate(node.value):
                there = text[node.source_offset(offset)]
                assert there == character or (there == "\\" and character == " ")


@given(TEXTS)
def test_comments_are_all_found_once(text):
    spans = [(span.start, span.end) for span in unit(text).comments()]
    assert spans == sorted(set(spans))
    assert all(text[start] in "#;" and not set("\n\r\0") & set(text[start:end]) for start, end in spans)


def test_places_across_continued_lines():
    source = Source("app.service", "[Service]\nExecStart = /bin/a \\\n  # note\n    --bind x\n")
    (line,) = parse(source).assignments()
    assert line.value == "/bin/a      --bind x"
    assert line.value_location(12, 18).text == "--bind"
    assert str(line.value_location(12, 18)) == "app.service:4:5"
    assert line.name_at.text == "ExecStart"
    assert line.value_at.text == "/bin/a \\\n  # note\n    --bind x"
    assert str(line.at) == "app.service:2:1"


def test_an_empty_value_has_a_place():
    (line,) = unit("[Service]\nExecStart=\n").assignments()
    assert line.value == ""
    assert line.value_at.span.start == line.value_at.span.end == len("[Service]\nExecStart=")


def test_a_comment_covers_the_logical_line_below_it():
    text = "[Service]\n# first\nExecStart=/bin/a \\\n# second\n  b\nUser=x\n"
    parsed = unit(text)
    command = text.index("ExecStart"), text.index("User") - 1
    for offset in (text.index("# first"), text.index("ExecStart"), text.index("# second")):
        statement = parsed.statement(offset)
        assert (statement.start, statement.end) == command
    assert text[parsed.statement(text.index("User")).start :].startswith("User")


def test_sections_keep_their_lines_apart_when_repeated():
    parsed = unit("[Service]\nA=1\n[Unit]\nB=2\n[Service]\nC=3\n")
    assert [(s.name, [a.name for a in s.assignments]) for s in parsed.sections] == [
        ("Service", ["A"]), ("Unit", ["B"]), ("Service", ["C"]),
    ]  # fmt: skip
    chain = next(chain for node, chain in parsed.walk() if getattr(node, "name", "") == "C")
    assert chain[0] is parsed.sections[2]
    assert chain[1][0] is parsed


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("etc/systemd/system/web.service", ("web.service", "service", False)),
        ("web@.service.j2", ("web@.service", "service", False)),
        ("web.socket.in", ("web.socket", "socket", False)),
        ("x/web@1.service.d/limits.conf", ("web@1.service", "service", True)),
        ("x/web.service.d/limits.conf.j2", ("web.service", "service", True)),
        ("x/service.d/limits.conf", ("", "service", True)),
        ("x/shop.conf", ("", "service", False)),
    ],
)
def test_what_the_path_tells(path, expected):
    parsed = unit("[Service]\nExecStart=/bin/true\n", path)
    assert (parsed.unit, parsed.type, parsed.is_drop_in) == expected


@pytest.mark.parametrize(
    ("path", "comment", "unit", "kind"),
    [
        ("deploy/web.conf", "# /etc/systemd/system/shop.service", "shop.service", "service"),
        ("deploy/web.conf", "# sudo cp web.conf /etc/systemd/system/web@.service", "web@.service", "service"),
        ("deploy/web.conf", "# Copy to /etc/systemd/system/", "", "service"),
        ("deploy/web.conf", "# /etc/systemd/system/shop.service.d/web.conf", "", "service"),
        ("deploy/web.service", "# /etc/systemd/system/shop.service", "web.service", "service"),
    ],
)
def test_a_comment_names_the_unit_where_the_file_does_not(path, comment, unit, kind):
    parsed = parse(Source(path, f"{comment}\n[Service]\nExecStart=/usr/bin/web\n"))
    assert (parsed.unit, parsed.type) == (unit, kind)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("etc/systemd/user/a.service", "", True),
        ("home/me/.config/systemd/user/a.service", "", True),
        ("etc/systemd/system/a.service", "", False),
        ("a.service", "[Service]\nExecStart=%h/bin/a\n[Install]\nWantedBy=default.target\n", True),
        ("a.service", "[Service]\nExecStart=/bin/a\n[Install]\nWantedBy=default.target\n", False),
        ("a.service", "[Unit]\nPartOf=graphical-session.target\n", True),
    ],
)
def test_units_of_the_user_manager(path, text, expected):
    assert unit(text, path).is_user_unit is expected


@pytest.mark.parametrize(
    ("text", "templated", "open_ended"),
    [
        ("[Service]\nUser=app\n", False, False),
        ("[Service]\nUser={{ user }}\n", True, False),
        ("[Service]\nUser=@USER@\n", True, False),
        ("[Service]\nUser=${APP_USER}\n", True, False),
        ("[Service]\nExecStart=/bin/a ${PORT}\n", False, False),
        ("[Service]\n{% if x %}\nUser=app\n{% endif %}\n", True, True),
        ("[Service]\n@EXTRA@\nUser=app\n", True, True),
        ("[Service]\n{{ extra }}\nUser=app\n", True, True),
    ],
)
def test_templates(text, templated, open_ended):
    parsed = unit(text)
    assert (parsed.templated, parsed.open_ended) == (templated, open_ended)


@pytest.mark.parametrize(
    "piece",
    [
        "\\\n",
        "\\",
        "#\n",
        "[\n",
        "[x]\n",
        "a\n",
        "a=b\n",
        "a=\\\n# c\n",
        " ",
        "\t\n",
        "\0",
        "=",
        "\ufeff",
        "{{",
        "a=#\n",
        "[x]\\\n",
    ],
)
def test_time_is_linear(piece):
    def read(count):
        parsed = parse(Source("app.service", "[Service]\nA=" + piece * count))
        for line in parsed.assignments():
            assert line.value is not None
        list(parsed.comments())

    assert_linear(read, 2_500, 10_000)


def test_comment_nodes_are_not_assignments():
    parsed = unit("# A=1\n[Unit]\n; B=2\n")
    assert [type(node) for node in nodes(parsed)] == [Comment, Section, Comment]
    assert list(parsed.assignments()) == []
