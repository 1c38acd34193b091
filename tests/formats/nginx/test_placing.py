"""The one walk over an nginx file, which answers what rules ask."""

import pytest
from deploylint.formats.nginx import File, parse
from deploylint.formats.nginx.judgement import judgements
from deploylint.formats.nginx.placing import placing, readings, refusals
from deploylint.formats.nginx.setters import call
from deploylint.formats.nginx.setters.call import Readings, Refused, Setters
from deploylint.source import Source
from support import all_rules, assert_linear, check_sources, project_of

TEXT = "events {}\nhttp {\n    server {\n        root /a;\n        location / {\n            root /b;\n        }\n    }\n}\n"


@pytest.fixture
def forgotten(monkeypatch):
    """What a test asks of directives is asked in this test only."""
    monkeypatch.setattr(call, "_BY_NAME", {name: list(asked) for name, asked in call._BY_NAME.items()})
    known = len(call.ALL_ASKED)
    yield
    del call.ALL_ASKED[known:]
    judgements.cache_clear()  # outside of tests the number only grows


def placed(text, path="nginx/nginx.conf"):
    project = project_of([Source(path, text)])
    return project.documents_of(File)[0], project


@pytest.mark.usefixtures("forgotten")
def test_a_setter_that_crashes_concerns_nobody_else():
    def broken(one):
        raise ZeroDivisionError(one.values[0])

    def strict(one):
        if one.values == ("/b",):
            raise Refused("not this one")

    crashing, sound = Setters({"root": broken}), Setters({"root": strict})
    file, project = placed(TEXT)
    assert [(one.at.text, one.message) for one in refusals(file, project, sound)] == [("/b", "not this one")]
    with pytest.raises(ZeroDivisionError):
        refusals(file, project, crashing)


@pytest.mark.usefixtures("forgotten")
def test_what_depends_on_the_location_is_asked_in_each():
    told = Readings({"root": lambda one: (one.values, one.location)}, located=True)
    file, project = placed(TEXT)
    found = [answer for _, answer in readings(file, project, told)]
    assert found == [(("/a",), None), (("/b",), ("/",))]


@pytest.mark.usefixtures("forgotten")
def test_what_is_asked_later_is_answered_too():
    file, project = placed(TEXT)
    assert placing(file, project) is placing(file, project)
    late = Readings({"root": lambda one: one.values})
    assert [answer for _, answer in readings(file, project, late)] == [("/a",), ("/b",)]


@pytest.mark.parametrize(
    ("text", "partial"),
    [
        (TEXT, False),
        (TEXT.replace("root /a", "include conf.d/*.conf"), True),
        (TEXT.replace("root /a", "lisen 80"), True),
        (TEXT.replace("root /a", "root {{ folder }}"), True),
        (TEXT.replace("server {", "pagespeed {"), True),
        (TEXT.replace("location / {", "map $a $b {"), True),
        (TEXT.replace("root /a;", "types {\n text/html html;\n }"), False),
        (TEXT.removesuffix("}\n"), True),
    ],
)
def test_whether_the_file_shows_everything(text, partial):
    file, project = placed(text)
    assert placing(file, project).partial == partial


def test_whether_a_directive_stands_in_several_blocks_is_seen_at_the_first_two():
    """Rules ask it for each block."""

    def asked(count):
        server = "    server {\n        add_header A b;\n        add_header C d;\n    }\n"
        return placing(*placed("events {}\nhttp {\n" + server * count + "}\n"))

    made = {count: asked(count) for count in (2_000, 8_000)}
    assert_linear(lambda count: [made[count].is_in_several_blocks("add_header") for _ in range(count)], *made)
    one = placing(*placed("events {}\nhttp {\n    add_header A b;\n    add_header C d;\n}\n"))
    answers = [one.is_in_several_blocks(name) for name in ("add_header", "root")]
    assert (made[2_000].is_in_several_blocks("add_header"), answers) == (True, [False, False])


def test_inherited_headers_are_compared_below_a_block_of_another_module():
    text = (
        "events {}\nhttp {\n    add_header X-Frame-Options DENY;\n    server {\n        listen 80;\n        pagespeed {\n"
        "            location / {\n                add_header Cache-Control no-store;\n            }\n        }\n    }\n}\n"
    )
    assert not parse(Source("nginx/nginx.conf", text)).problems
    found = check_sources([Source("nginx/nginx.conf", text)], [all_rules()["nginx-header-inheritance-lost"]])
    assert [one.at.text for one in found] == ["add_header Cache-Control no-store;"]
