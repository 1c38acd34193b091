"""What a wheel has in few files is the same as the modules, and so is what comes out of a run."""

import ast
import inspect
import json
import re
import subprocess
import symtable
import sys
import types
from pathlib import Path

import pytest
from deploylint import amalgamation
from deploylint.dataclass import TEMPLATE
from support import ENVIRONMENT, wheel_script

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "scripts" / "wheel"
PROJECTS = sorted(path.name for path in (ROOT / "fixtures" / "projects").iterdir())

SHOP = {
    "__init__": '''
        """What is not in the file."""
    ''',
    "front/__init__": '''
        """A shop."""
        from shop.front.door import door
        from shop.stock import Item, total
        from shop import prices
        __all__ = ["Item", "prices", "total"]
    ''',
    "front/door": """
        from shop.prices import low
        door = f"open from {low}"
    """,
    "prices": '''
        """Prices."""
        from __future__ import annotations
        from deploylint.typed import TYPE_CHECKING
        if TYPE_CHECKING:
            from nowhere import Nothing
        else:
            CURRENCY = "EUR"
        known: dict[str, Nothing] = {name: len(name) for name in ("tea", "milk")}
        later: Nothing
        [low, *_rest] = sorted(known.values())
        high = max(value for value in known.values() if (last := value))
        def cheap(name: Nothing, *, limit: Nothing = None) -> Nothing:
            """Whether it costs little."""
            limit = limit or low
            return known[name] <= limit
        try:
            import json as decoder
        except ImportError:
            decoder = None
    ''',
    "stock": '''
        from deploylint.dataclass import dataclass, field
        from deploylint.typed import ClassVar
        from shop.prices import CURRENCY as currency, known
        @dataclass(frozen=True, slots=True)
        class Item:
            """Something to buy."""
            name: str
            count: int = 1
            tags: list[str] = field(default_factory=list)
            kind: ClassVar[str] = "item"
            price: float = field(default=0.5, init=False, compare=False)
            def cost(self) -> float:
                """What all of them cost."""
                return self.count * known.get(self.name, self.price)
        @dataclass(slots=True)
        class Checked:
            count: int
            doubled: int = field(init=False)
            def __post_init__(self) -> None:
                self.doubled = 2 * self.count
        @dataclass(slots=True, eq=False)
        class Special(Checked):
            colour: str = "red"
            def __post_init__(self) -> None:
                Checked.__post_init__(self)
                self.colour = self.colour.upper()
        def total(items: "list[Item]") -> float:
            seen = 0.0
            def add(item):
                nonlocal seen
                seen += item.cost()
            for item in items:
                add(item)
            return seen
    ''',
}
USE = """
    import sys
    from shop import front as shop, stock
    from shop.stock import Checked, Special
    item = shop.Item("tea", tags=["hot"])
    def outcome(act):
        try:
            return act()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    print(item, item == shop.Item("tea", 1, ["hot"]), item == shop.Item("milk"), shop.Item.kind, shop.total([item, item]))
    print(outcome(lambda: shop.Item()), outcome(lambda: shop.Item("a", 1, [], 2)), outcome(lambda: hash(item)))
    print(shop.Item.__slots__, shop.Item.__match_args__)
    print(Checked(2), Special(3, colour="blue"), Special.__slots__, shop.Item("x").tags is shop.Item("x").tags)
    print(shop.__doc__, shop.prices.__doc__, shop.prices.low, shop.prices.high, shop.prices.last, shop.prices.cheap("tea"))
    print(shop.prices.CURRENCY, shop.prices.decoder.__name__, hasattr(shop.prices, "later"), stock.currency, shop.door)
    for name in sorted(name for name in sys.modules if name.startswith("shop")):
        module = sys.modules[name]
        spec = module.__spec__
        print(name, module.__name__, module.__package__, module.__file__, spec.parent, spec.origin, spec.has_location)
        print(spec.cached, sorted(set(vars(module)) - {"__annotations__", "__cached__", "annotations", "__builtins__"}))
        print(getattr(module, "__path__", None), spec.loader.get_source(name) != "", shop.Item.cost.__qualname__)
"""


def dedented(text):
    lines = text.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[indent:] for line in lines) + "\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop" / "front").mkdir(parents=True)
    for name, text in SHOP.items():
        (folder / "shop" / f"{name}.py").write_text(dedented(text))
    return folder


def amalgamated(folder):
    """The text of one file with all of the shop, whose order is to be found."""
    build = wheel_script("amalgamation")
    sources = {f"shop.{name}": folder / "shop" / f"{name}.py" for name in ("stock", "prices", "front/door")}
    sources["shop.front.door"] = sources.pop("shop.front/door")
    modules = set(sources)
    return build.written({"shop.front": folder / "shop" / "front" / "__init__.py", **sources}, modules)


def run_python(text, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-c", dedented(text), *arguments],
        env={**ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_modules_out_of_one_file_are_like_imported_ones(shop, tmp_path):
    text = amalgamated(shop)
    (tmp_path / "together.py").write_text(text)
    load = """
    import sys, together
    from deploylint import amalgamation
    amalgamation._Loading(together.MODULES).run()
    assert sys.modules["shop.stock"].total.__code__.co_filename == together.__file__
    """
    by_python = run_python(USE, PYTHONPATH=str(shop))
    assert run_python(dedented(load) + dedented(USE), PYTHONPATH=f"{shop}:{tmp_path}") == by_python


def test_frozen_classes_refuse_assignments_in_the_sources_only(shop, tmp_path):
    """Type checkers and the tests hold that nothing is assigned; refusing it takes time in every run."""
    (tmp_path / "together.py").write_text(amalgamated(shop))
    assign = """
    from shop import front as shop
    item = shop.Item("tea")
    try:
        item.name = "milk"
    except AttributeError as error:
        print(error)
    print(item.name)
    """
    refused = run_python(assign, PYTHONPATH=str(shop))
    assert refused == "cannot change field 'name' of Item\ntea\n"
    load = "import together\nfrom deploylint import amalgamation\namalgamation._Loading(together.MODULES).run()\n"
    assert run_python(load + dedented(assign), PYTHONPATH=f"{shop}:{tmp_path}") == "milk\n"


def test_a_module_comes_after_what_it_imports(shop):
    text = amalgamated(shop)
    rows = re.findall(r"^    \('(shop\.[\w.]+)', \w+, _\d\),$", text, re.MULTILINE)
    assert rows == ["shop.prices", "shop.front.door", "shop.stock", "shop.front"]
    assert "nowhere" not in text  # what is for type checkers only
    assert "def __initialiser__(self, name, count, tags):" in text


def test_a_module_that_fails_is_not_left_behind():
    def body(_take, _slotted):
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        amalgamation._Loading((("deploylint.not_there", False, body),)).run()
    assert "deploylint.not_there" not in sys.modules


def test_without_the_files_nothing_is_loaded():
    assert amalgamation.load("no_such_group") is False


def test_every_module_of_the_groups_is_there():
    build = wheel_script("amalgamation")
    names = {name for group in build.groups().values() for name in group} - {"deploylint_rules._index"}
    roots = [ROOT / "linter", ROOT / "rules"]
    assert all(build.find(roots, name).is_file() for name in names)
    with pytest.raises(build.MissingModuleError, match=r"deploylint\.gone, which amalgamation\.json names"):
        build.find(roots, "deploylint.gone")


LOAD = """
    import json, sys
    from pathlib import Path
    from deploylint import amalgamation
    groups = json.loads(Path(sys.argv[1]).read_text())["groups"]
    assert all(amalgamation.load(group) for group in groups)
    rows = {}
    for name in {name for names in groups.values() for name in names}:
        module = sys.modules[name]
        assert module.__spec__.name == module.__name__ == name
        rows[name] = (module.__file__, module.__doc__, sorted(set(vars(module)) - {"__annotations__", "annotations"}))
    print(json.dumps(rows))
"""


@pytest.fixture(scope="module")
def loaded(wheel):
    """Name of each module of the groups -> its file, its docstring and its names, as they are loaded together."""
    return json.loads(run_python(LOAD, str(SCRIPTS / "amalgamation.json"), PYTHONPATH=str(wheel)))


def scopes(code, found):
    """Qualified name -> the names of the functions of that name, in their order, by where they are looked up."""
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            if one.co_flags & inspect.CO_OPTIMIZED and "<" not in one.co_name and one.co_name != TEMPLATE:
                names = (one.co_varnames, one.co_cellvars, one.co_freevars, sorted(one.co_names))
                found.setdefault(one.co_qualname, []).append(names)
            scopes(one, found)
    return found


def texts(body):
    """All functions and methods of a module's statements, as they are written but for annotations."""
    nodes = [node for one in body for node in ast.walk(one)]
    for node in nodes:
        for field in {"annotation", "returns"} & set(node._fields):
            setattr(node, field, None)
    return sorted(ast.dump(one) for one in nodes if isinstance(one, ast.FunctionDef) and one.name != TEMPLATE)


def without_documentation(tree):
    """The same without annotations and docstrings of functions, which the groups leave out except in rules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            node.returns = None
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
    return tree


@pytest.mark.parametrize("group", sorted(wheel_script("amalgamation").groups()))
def test_code_is_the_same(wheel, loaded, group):
    """Of each function of a group's modules: the same text, its names are looked up in the same places."""
    text = (wheel / "deploylint" / "amalgamated" / f"{group}.py").read_text(encoding="utf-8")
    together = ast.parse(text)
    written = {one.name: one.body for one in together.body if isinstance(one, ast.FunctionDef)}
    codes = [
        one
        for one in compile(together, group, "exec", dont_inherit=True).co_consts
        if isinstance(one, types.CodeType)
    ]
    bodies = {code.co_name: code for code in codes}
    rows = re.findall(r"^    \('([\w.]+)', \w+, (_\d+)\),$", text, re.MULTILINE)
    assert {name for name, _ in rows} == set(wheel_script("amalgamation").groups()[group])
    for name, body in rows:
        source, doc, names = loaded[name]
        tree = ast.parse(Path(source).read_text(encoding="utf-8"))
        assert ast.get_docstring(tree, clean=False) == doc
        if not name.startswith("deploylint_rules."):
            tree = without_documentation(tree)
        alone = ast.parse(ast.unparse(tree))
        assert scopes(bodies[body], {}) == scopes(compile(alone, source, "exec", dont_inherit=True), {}), name
        assert texts(written[body]) == texts(alone.body), name
        children = {one.removeprefix(f"{name}.") for one in loaded if one.startswith(f"{name}.")}
        bound = {
            one.get_name()
            for one in symtable.symtable(Path(source).read_text(), source, "exec").get_symbols()
            if one.is_assigned() or one.is_imported()
        }
        spare = {"__annotations__", "annotations"} | for_type_checkers(tree)
        assert bound - spare <= set(names), name
        assert {one for one in names if not one.startswith("__")} - children <= bound | {"deploylint"}, name


def for_type_checkers(tree):
    """The names that only type checkers see."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in node.body
        if isinstance(inner, (ast.Import, ast.ImportFrom))
        for alias in inner.names
    }


@pytest.fixture(scope="module")
def sources(wheel):
    """The folders of the sources; with them, and with the wheel, nothing else is what runs."""
    where = "import deploylint, deploylint_rules; print(deploylint.__file__, deploylint_rules.__file__)"
    folders = f"{ROOT / 'linter'}:{ROOT / 'rules'}"
    for path in (str(wheel), folders):
        files = run_python(where, PYTHONPATH=path).split()
        assert [file.startswith(tuple(path.split(":"))) for file in files] == [True, True]
    grouped = "from deploylint import amalgamation; print(amalgamation.load('core'))"
    assert (run_python(grouped, PYTHONPATH=str(wheel)), run_python(grouped, PYTHONPATH=folders)) == (
        "True\n",
        "False\n",
    )
    return folders


def lint(path, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "deploylint", "--isolated", *arguments, "."],
        cwd=path,
        env={**ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_findings_are_the_same(wheel, sources, name, form):
    folder = ROOT / "fixtures" / "projects" / name
    options = ("--pedantic", "--output-format", form)
    ours = lint(folder, *options, PYTHONPATH=str(wheel))
    theirs = lint(folder, *options, PYTHONPATH=sources)
    assert (ours.returncode, ours.stdout, ours.stderr) == (theirs.returncode, theirs.stdout, theirs.stderr)


def test_typical_files_are_sound():
    """They stand for the files of most people, so that what looks for faults is not among what they load."""
    done = lint(ROOT / "fixtures" / "typical", "--fail-on", "note")
    assert (done.returncode, done.stdout) == (0, "No problems in 1 file.\n")
