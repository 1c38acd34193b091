"""Every key and value of a TOML text is found where it stands."""

import tomllib

import pytest
from deploylint.settings.toml_places import places
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEXT = """\
# comment = [
plain = 1.5  # [not, a, list]
when = 1979-05-27 07:32:00Z
"quoted \\u0041.key" = 'x = 1'
a.b."c.d" = true
long = \"\"\"
key = "value" ]\"\"\"\"
raw = '''
[table]
'''
list = [ # comment ]
  "one", [2, 3],
  { deep = [{ er = 'x' }], more = {} },
]

[table]
key = 1
[ table . "inner" ]
key = 2
[[many]]
name = "first"
[[many]]
name = "second"
[many.part]
key = 3
[[many.parts]]
key = 4
"""


def everything(data, path=()):
    """All paths of some data."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield (*path, name)
            yield from everything(value, (*path, name))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield (*path, number)
            yield from everything(value, (*path, number))


def test_every_path_and_nothing_else():
    assert sorted(map(str, places(TEXT))) == sorted(map(str, everything(tomllib.loads(TEXT))))


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("plain",), "plain = 1.5", "1.5"),
        (("when",), "when", "1979"),
        (("quoted A.key",), '"quoted', "'x = 1'"),
        (("a", "b", "c.d"), '"c.d"', "true"),
        (("list", 0), '"one"', '"one"'),
        (("list", 1, 1), "3]", "3]"),
        (("list", 2), "{ deep", "{ deep"),
        (("list", 2, "deep", 0, "er"), "er = 'x'", "'x' }"),
        (("list", 2, "more"), "more = {}", "{} }"),
        (("table", "key"), "key = 1", "1\n[ table"),
        (("table", "inner"), '"inner" ]', "[ table"),
        (("table", "inner", "key"), "key = 2", "2"),
        (("many", 0), "many]]", "[[many]]"),
        (("many", 1, "name"), 'name = "second"', '"second"'),
        (("many", 1, "part", "key"), "key = 3", "3"),
        (("many", 1, "parts", 0, "key"), "key = 4", "4"),
    ],
)
def test_places(path, key, value):
    found = places(TEXT)[path]
    assert TEXT[found.key :].startswith(key)
    assert TEXT[found.value :].startswith(value)


KEYS = st.text("ab.[]{},=#\"' \\\n", min_size=1, max_size=4)
VALUES = st.recursive(
    st.integers() | st.booleans() | st.floats(allow_nan=False) | st.text("a.[]{},=#\"'\\\n", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def written(value):
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value) if "'" in value or "\n" in value else f"'{value}'"
        case list():
            return "[\n" + "".join(f" {written(item)} , # , ]\n" for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{quoted(key)}={written(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.dictionaries(KEYS, VALUES, max_size=3))
def test_any_data(top, table):
    lines = [f"{quoted(key)} = {written(value)}" for key, value in top.items()]
    lines += ["[[x.y]]", *(f"{quoted(key)} = {written(value)}" for key, value in table.items())]
    text = "\n".join(lines)
    data = tomllib.loads(text)
    assert data["x"]["y"] == [table]
    found = places(text)
    assert set(found) == set(everything(data))
    for path, place in found.items():
        assert place.key == place.value or text[place.value] == "[" or "=" in text[place.key : place.value], (
            path
        )
