"""The one walk over an nginx file, which answers what rules ask."""

import gc

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


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("root /a", "lisen 80"),
        TEXT.replace("root /a;", "root /a;\n root /c;"),
        TEXT.replace("root /a", "root {{ folder }}"),
        TEXT.replace("root /a", "root ${FOLDER}"),
        TEXT.replace("server {", "pagespeed {"),
        TEXT.replace("location / {", "map $a $b {"),
        TEXT.replace("root /a;", "types {\n text/html html;\n }"),
        TEXT.replace("root /a;", "include other.conf;\n if ($a) {\n root /c;\n }"),
        TEXT.removesuffix("}\n"),
    ],
)
def test_a_long_file_says_what_a_short_one_says(text):
    """Of long ones no index by name is kept."""

    def told(text):
        file, project = placed(text)
        found = placing(file, project)
        names = sorted({statement.name for statement, _ in file.walk()} | {"listen"})
        answers = {
            name: [
                (
                    one.statement.start,
                    one.context,
                    one.block and one.block.start,
                    one.chain and one.chain[0].start,
                )
                for one in found.of(name)
            ]
            for name in names
        }
        assert [one.statement.start for one in found.every(names)] == [
            start for name in names for start, *_ in answers[name]
        ]
        for name in names:
            assert found.count(name) >= len(answers[name])
            assert not (found.lacks((name,)) and answers[name])
            assert found.repeats((name,)) or len(answers[name]) < 2
        return file.by_name is None, answers

    short, long = told(text), told(f"{text}# {'x' * 20_000}\n")
    assert (short[0], long[0]) == (False, True)
    assert short[1] == long[1]
    assert any(short[1].values())


@pytest.mark.parametrize("text", [TEXT, f"{TEXT}# {'x' * 20_000}\n"])
def test_what_is_let_go_of_a_file_is_gone_without_the_collector(text):
    """A run does without it: what refers to itself would stay to the end."""
    file, project = placed(text)
    assert list(placing(file, project).of("root"))
    gc.collect()
    gc.disable()
    try:
        file.memo.pop("placing")
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_what_rules_ask_for_each_block_costs_the_same_in_a_large_file():
    def asked(count):
        server = "    server {\n        add_header A b;\n        add_header C d;\n    }\n"
        return placing(*placed("events {}\nhttp {\n" + server * count + "}\n"))

    def questions(count):
        found, name = made[count], "add_header"
        for _ in range(count):
            assert (found.count(name), found.repeats((name,)), found.lacks((name,))) == (
                2 * count,
                True,
                False,
            )

    made = {count: asked(count) for count in (2_000, 8_000)}
    assert_linear(questions, *made)


def test_inherited_headers_are_compared_below_a_block_of_another_module():
    text = (
        "events {}\nhttp {\n    add_header X-Frame-Options DENY;\n    server {\n        listen 80;\n        pagespeed {\n"
        "            location / {\n                add_header Cache-Control no-store;\n            }\n        }\n    }\n}\n"
    )
    assert not parse(Source("nginx/nginx.conf", text)).problems
    found = check_sources([Source("nginx/nginx.conf", text)], [all_rules()["nginx-header-inheritance-lost"]])
    assert [one.at.text for one in found] == ["add_header Cache-Control no-store;"]
