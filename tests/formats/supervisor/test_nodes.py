"""Sections and options: where they stand, and which of several holds."""

import pytest
from deploylint.formats.supervisor import parse
from deploylint.formats.supervisor.configuration import configurations
from deploylint.source import Source
from support import all_rules, check_sources

TEXT = "[program:web]\nenvironment=\n  A=1,\n\n  B=2 ; two\nUser = shop ; who\ndirectory=/srv\n"


def options(text, path="web.conf"):
    return {
        option.name: option for section in parse(Source(path, text)).sections for option in section.options
    }


def test_an_option_of_several_lines_goes_from_its_first_text_to_its_last():
    found = options(TEXT)["environment"]
    assert found.value == "\nA=1,\n\nB=2"
    assert found.value_at.text == "A=1,\n\n  B=2"
    assert found.at.text == "environment=\n  A=1,\n\n  B=2"
    assert (found.name_at.text, found.name_span.start) == ("environment", found.start)
    assert [found.source.text[cut.start : cut.end] for cut in found.cuts] == ["; two"]


@pytest.mark.parametrize("part", ["A=1,", "B=2"])
def test_a_part_of_a_value_has_its_place_in_the_text(part):
    found = options(TEXT)["environment"]
    at = found.value.index(part)
    assert found.location(at, at + len(part)).text == part


@pytest.mark.parametrize(("name", "written"), [("user", "User"), ("directory", "directory")])
def test_an_option_of_one_line_ends_where_its_value_ends(name, written):
    found = options(TEXT)[name]
    assert found.name_at.text == written
    assert found.value_at.text == found.value
    assert found.at.text.endswith(found.value)
    assert found.offset(10_000) == found.end == found.value_at.span.end


def test_options_of_one_place_are_equal_and_others_are_not():
    (section,) = parse(Source("web.conf", TEXT)).sections
    other = parse(Source("web.conf", TEXT)).sections[0]
    first, second, *_ = section.options
    assert first == section.get("environment")
    assert hash(first) == hash(section.get("environment"))
    assert first != second
    assert first != other.get("environment")
    assert first != "environment"


@pytest.mark.parametrize("text", ["[a]\n{{ name }}=1\n", "[a]\nname={{ value }}\n"])
def test_an_option_with_a_template_in_its_name_or_value_is_opaque(text):
    (section,) = parse(Source("web.conf", text)).sections
    assert [option.opaque for option in section.options] == [True]


def test_of_a_section_in_several_places_the_last_option_holds_and_defaults_behind_it():
    text = "[DEFAULT]\nuser=all\numask=027\n[program:a]\ncommand=x\n[program:a]\ncommand=y\nuser=one\n[program:b]\n"
    (found,) = configurations([parse(Source("supervisord.conf", f"[supervisord]\n{text}"))])
    twice, once = found.sections["program:a"], found.sections["program:b"]
    assert [place.start < twice.places[-1].start for place in twice.places] == [True, False]
    assert [twice.get(name).value for name in ("command", "user", "umask")] == ["y", "one", "027"]
    assert [once.get(name).value for name in ("user", "umask")] == ["all", "027"]
    assert len(once.places) == 1


def test_a_log_that_is_shared_names_who_else_writes_it():
    text = (
        "[supervisord]\n[program:a]\ncommand=x\nstdout_logfile=/var/log/a\nstderr_logfile=/var/log/a\n"
        "[program:b]\ncommand=x\nstdout_logfile=/var/log/a\n"
    )
    found = check_sources([Source("supervisord.conf", text)], [all_rules()["supervisor-shared-log"]])
    assert [one.finding.message for one in found] == [
        "[program:a] rotates /var/log/a, to which its stdout_logfile writes as well",
        "[program:b] rotates /var/log/a, to which [program:a] writes as well",
    ]
