"""The short way to our own modules: the same modules as by Python's way, and never an old one."""

import importlib.util
import os
import py_compile
import shutil
import subprocess
import sys
import typing
from pathlib import Path

import pytest
from deploylint import imports, typed

PROGRAM = "import sys\nfrom deploylint import imports\nimports.install()\nprint(type(sys.meta_path[0]).__module__)\n"


@pytest.fixture
def finder():
    """As it is installed where this test's interpreter has compiled the module."""
    spec = importlib.util.spec_from_file_location("deploylint.imports", imports.__file__)
    head = importlib.util.MAGIC_NUMBER + bytes(4)
    return imports._Finder(head, Path(spec.cached).name.removeprefix("imports"))


@pytest.fixture
def module(tmp_path):
    """A compiled module of a package of ours, and a package."""
    for name in ("shop.py", "stock/__init__.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("answer = 42\n")
        py_compile.compile(str(path), doraise=True)
    return tmp_path


@pytest.mark.parametrize(("name", "file"), [("shop", "shop.py"), ("stock", "stock/__init__.py")])
def test_the_specification_is_the_one_that_python_makes(finder, module, name, file):
    ours = finder.find_spec(f"deploylint.{name}", [str(module)])
    theirs = importlib.util.spec_from_file_location(f"deploylint.{name}", module / file)
    for attribute in ("name", "origin", "cached", "has_location", "parent", "submodule_search_locations"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)
    loaded = importlib.util.module_from_spec(ours)
    ours.loader.exec_module(loaded)
    assert (loaded.answer, loaded.__file__) == (42, str(module / file))
    assert ours.loader.get_source(ours.name) == "answer = 42\n"


def older(path):
    os.utime(path, (1, 1))


def longer(path):
    before = path.stat()
    path.write_text("answer = 43 \n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def gone(path):
    path.unlink()


def cut_off(path):
    Path(importlib.util.cache_from_source(str(path))).write_bytes(b"\x00" * 4)


def of_another_interpreter(path):
    cached = Path(importlib.util.cache_from_source(str(path)))
    cached.write_bytes(b"\x00\x00" + cached.read_bytes()[2:])


def by_hash(path):
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(path), doraise=True, invalidation_mode=mode)


@pytest.mark.parametrize("change", [older, longer, gone, cut_off, of_another_interpreter, by_hash])
def test_what_is_not_up_to_date_is_left_to_python(finder, module, change):
    change(module / "shop.py")
    assert finder.find_spec("deploylint.shop", [str(module)]) is None


@pytest.mark.parametrize("name", ["shop", "json", "deploylint_other.shop", "deploylintshop"])
def test_modules_of_others_are_left_to_python(finder, module, name):
    assert finder.find_spec(name, [str(module)]) is None


@pytest.mark.parametrize("path", [None, [], ["one", "two"]])
def test_a_package_in_several_places_is_left_to_python(finder, path):
    assert finder.find_spec("deploylint.shop", path) is None


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        ([], {}, "deploylint.imports"),
        (["-O"], {}, "deploylint.imports"),
        ([], {"PYTHONPYCACHEPREFIX": "elsewhere"}, "builtins"),
    ],
)
def test_where_it_is_installed(tmp_path, arguments, variables, expected):
    package = Path(imports.__file__).parents[1]
    command = [
        sys.executable,
        "-S",
        *arguments,
        "-c",
        f"import sys\nsys.path.append({str(package)!r})\n{PROGRAM}",
    ]
    environment = {**os.environ, **variables}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in range(2):  # the first run compiles
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == expected


def test_it_is_not_installed_in_an_archive(tmp_path):
    shutil.make_archive(str(tmp_path / "all"), "zip", Path(imports.__file__).parents[1], "deploylint")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "all.zip")}
    command = [sys.executable, "-S", "-c", PROGRAM]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "builtins"


def test_names_for_annotations_are_those_of_the_standard_library():
    assert set(typed.__all__) <= set(typing.__all__)
    assert not typed.TYPE_CHECKING
