"""The settings of gunicorn are those of the installed gunicorn."""

import importlib.metadata

import pytest
from deploylint.vocabulary import gunicorn

pytestmark = pytest.mark.oracle("gunicorn")
config = pytest.importorskip("gunicorn.config")
errors = pytest.importorskip("gunicorn.errors")


@pytest.fixture(scope="module")
def version():
    found = tuple(map(int, importlib.metadata.version("gunicorn").split(".")))
    if found > gunicorn.NEWEST:
        pytest.skip("a release that the vocabulary does not know yet")
    return found


def plain(value):
    if isinstance(value, dict):
        return tuple(sorted(value.items()))
    return tuple(value) if isinstance(value, list) else value


def test_settings(version):
    assert set(gunicorn.settings(version)) == {setting.name for setting in config.KNOWN_SETTINGS}


def test_flags_validators_and_defaults(version, monkeypatch):
    wrong = []
    for real in config.KNOWN_SETTINGS:
        known = gunicorn.setting(real.name, version)
        expected = {
            "flags": tuple(real.cli or ()),
            "takes_value": bool(real.cli) and (real.action or "store") in ("store", "append"),
            "repeatable": real.action == "append",
            "optional_value": real.nargs == "?",
        }
        if known.kind != "hook":
            expected["validator"] = (
                real.validator.__func__.__name__
                if hasattr(real.validator, "__func__")
                else real.validator.__name__
            )
            expected["validator"] = expected["validator"].removeprefix("validate_")
            if known.default_known and known.default_from is None:
                expected["default"] = plain(real.default)
        wrong += [
            (real.name, column, getattr(known, column), value)
            for column, value in expected.items()
            if getattr(known, column) != value
        ]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(gunicorn.settings()))
def test_words_and_arities(name, version):
    known = gunicorn.setting(name, version)
    real = next((setting for setting in config.KNOWN_SETTINGS if setting.name == name), None)
    if known is None or real is None:
        assert known is real is None
        return
    setting = real()
    for word in known.words:
        setting.set(word)
    if known.words:
        with pytest.raises((ValueError, TypeError, errors.ConfigError)):
            setting.set("nope")
    if known.kind == "hook":
        hooks = [lambda: 0, lambda _a: 0, lambda _a, _b: 0, lambda _a, _b, _c: 0, lambda _a, _b, _c, _d: 0]
        taken = []
        for arity, hook in enumerate(hooks):
            try:
                setting.set(hook)
            except TypeError:
                continue
            taken.append(arity)
        assert tuple(taken) == known.arities


def test_kinds(version):
    """What a kind takes, told by values of every sort."""
    values = {"true": "true", "bool": True, "int": 20000, "list": ["a"], "name": "a"}
    expected = {
        "boolean": {"true", "bool"},
        "integer": {"int"},
        "string": {"true", "name"},
        "strings": {"true", "list", "name"},
    }
    wrong = []
    for real in config.KNOWN_SETTINGS:
        known = gunicorn.setting(real.name, version)
        if known.kind not in expected or known.validator in (
            "list_of_existing_files",
            "list_of_files_or_patterns",
        ):
            continue
        taken = set()
        for sort, value in values.items():
            # A boolean is a number to Python, and nobody writes it for one.
            if known.kind == "integer" and sort == "bool":
                continue
            try:
                real().set(value)
            except (ValueError, TypeError):
                continue
            taken.add(sort)
        if taken != expected[known.kind]:
            wrong.append((real.name, known.kind, taken))
    assert wrong == []


def test_workers(version):
    workers = pytest.importorskip("gunicorn.workers").SUPPORTED_WORKERS
    assert set(gunicorn.workers(version)) == set(workers)
