"""The identity that GitHub gives a line.

The expected hashes were made by the rolling hash as `github/codeql-action` states it, in an independent
program that was checked against that project's own test vectors.
"""

import pytest
from deploylint.report.line_hash import line_hashes
from hypothesis import given
from hypothesis import strategies as st
from support import assert_linear


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        ("\n", ["3c5bef55b72b93c9:1", "c129715d7a2bc9a3:1"]),
        ("user nginx;\n", ["a9c8ed85be9586f3:1", "c129715d7a2bc9a3:1"]),
        (
            "server {\n\tlisten 80;\n}\n",
            ["5360e4dbe5407ba6:1", "4e886defbcc05eae:1", "32dce9ccfdbc9d3e:1", "c129715d7a2bc9a3:1"],
        ),
        ("[Service]\r\nUser=root\r\n", ["7c424be498e1f398:1", "1dcfd6e767be695:1", "c129715d7a2bc9a3:1"]),
        ("# café 😀\nlisten [::]:80;", ["85a42fae93ebf9c0:1", "304b3ae016b084af:1"]),
        (
            "bind = '127.0.0.1:8000'\n" * 6,
            [
                "289e47b589f381cf:1",
                "289e47b589f381cf:2",
                "4419e6fa565511a7:1",
                "bd9da6796962aa62:1",
                "9e979b7ec580de75:1",
                "d95da04a6ab9f4a0:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_known_hashes(text: str, hashes: list[str]) -> None:
    assert line_hashes(text) == hashes


@pytest.mark.parametrize("line_end", ["\r", "\r\n"])
def test_line_ends_and_blanks_do_not_count(line_end: str) -> None:
    text = "[Unit]\nAfter = network.target\n\n\tWants=x\n"
    other = text.replace("\n", line_end).replace(" ", "").replace("\t", "  ")
    assert line_hashes(other) == line_hashes(text)


def test_equal_lines_are_numbered() -> None:
    hashes = line_hashes("x;\n" * 60)
    assert hashes[0].endswith(":1")
    assert hashes[1] == hashes[0].replace(":1", ":2")
    assert len(set(hashes)) == 61


def test_undecodable_bytes_count_as_they_are_read() -> None:
    assert line_hashes("a\udcff\udcfe\nb") == line_hashes("a\ufffd\ufffd\nb")
    assert line_hashes("a\udce2\udc82\nb") == line_hashes("a\ufffd\nb")


def plain_hashes(text: str) -> list[str]:
    """The definition, one line at a time, without the rolling."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    hashes: list[str] = []
    digests: list[str] = []
    for number in range(len(lines)):
        rest = "\n".join(lines[number:]).replace(" ", "").replace("\t", "")
        encoded = rest.encode("utf-16-be")
        units = [int.from_bytes(encoded[i : i + 2]) for i in range(0, len(encoded), 2)]
        window = [*units, 0xFFFF, *[0] * 100][:100]
        digests.append(f"{sum(unit * 37 ** (99 - place) for place, unit in enumerate(window)) % 2**64:x}")
        hashes.append(f"{digests[-1]}:{digests.count(digests[-1])}")
    return hashes


@given(st.text(alphabet="ab{; \t\r\n\u20ac\U0001f600", max_size=300))
def test_agrees_with_the_definition(text: str) -> None:
    assert line_hashes(text) == plain_hashes(text)


def test_time_is_linear() -> None:
    assert_linear(
        lambda count: line_hashes("        proxy_pass http://127.0.0.1:8000;\n" * count), 500, 2_000
    )
