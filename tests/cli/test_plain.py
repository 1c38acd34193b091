"""What is read without argparse comes out as argparse would have it."""

import argparse
import contextlib
import io
from importlib import import_module

import pytest
from deploylint.commands import COMMANDS
from deploylint.commands.parser import Parser
from deploylint.commands.plain import PlainReader
from hypothesis import given
from hypothesis import strategies as st

WORDS = [
    "", "-", "--", "a", "b.conf", "-1", "--no-such", "text", "json", "never", "x=y", "-h", "-j", "-j4", "-j=3", "--jobs", "--jobs=0", "2", "--fix",
    "--fix=1", "--isolated", "--config", "--config=", "--config=a", "--select", "--select=a,b", "--ignore", "--pedantic",
    "--report", "--report=json=f", "--output-format", "--output-format=json", "--output-format=none", "--color=always",
    "--report-on", "--report-on-paths", "--rules", "--root=.", "--stdin-filename", "--statistics", "--sel", "--why",
    "--stdio", "bash", "--target=nginx=1.24", "--fail-on", "- a", "--fix x",
]  # fmt: skip


def by_argparse(name, words):
    """What argparse reads, or None when it does not take the words."""
    parser = Parser(prog=name)
    import_module(f"deploylint.commands.{name}").add_arguments(parser)
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            return vars(parser.parse_args(words))
    except SystemExit:
        return None


def plainly(name, words):
    reader = PlainReader()
    import_module(f"deploylint.commands.{name}").add_arguments(reader)
    options = reader.read(words)
    return None if options is None else vars(options)


@given(
    name=st.sampled_from(sorted(COMMANDS)),
    words=st.lists(st.sampled_from(WORDS) | st.text("-=ab ", max_size=4), max_size=5),
)
def test_as_argparse_reads_it(name, words):
    read = plainly(name, words)
    assert read is None or read == by_argparse(name, words)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["."],
        ["--isolated", "a.service"],
        ["a", "b", "--fix"],
        ["--select=a", "--select", "b,c", "--output-format", "sarif", "--report", "json=f", "deploy"],
        ["--config", "deploylint.toml", "--fail-on=error"],
        ["--report-on-paths", "a", "b"],
        ["--isolated", "--output-format", "json", "deploy", "--jobs", "1"],
        ["-j", "2"],
        ["-j=2"],
    ],
)
def test_an_ordinary_command_line_needs_no_argparse(words):
    assert plainly("check", words) == by_argparse("check", words) is not None


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--isolated", "--config", "f"],
        ["a", "--fix", "b"],
        ["--color=often"],
        ["--fix=yes"],
        ["--select"],
        ["--sel", "x"],
        ["-j", "0"],
        ["--jobs=x"],
        ["-j2"],
        ["--report-on", "a", "b"],
        ["--", "-a"],
    ],
)
def test_the_rest_is_left_to_argparse(words):
    assert plainly("check", words) is None


def test_it_takes_every_way_in_which_options_are_declared():
    """The methods of argparse that commands declare with."""
    reader, parser = PlainReader(), argparse.ArgumentParser()
    for one in (reader, parser):
        one.add_argument("paths", nargs="*")
        one.add_argument_group("files").add_argument("-r", "--root", action="append", default=["x"])
        group = one.add_argument_group("settings").add_mutually_exclusive_group()
        group.add_argument("--config")
        group.add_argument("--isolated", action="store_true")
    words = ["-r", "y", "--config", "f", "--config=g", "--root=z"]
    assert vars(reader.read(words)) == vars(parser.parse_args(words))
    assert reader.read(["--config", "f", "--isolated"]) is None
