"""Put modules that are loaded together into one file: `python scripts/wheel/amalgamation.py FOLDER ROOT...`.

FOLDER gets a file for each group of `amalgamation.json`; the modules are looked for in the ROOTs. In such a file a
module's body is a function all of whose names are global, so that its code can run with the names of the module that
it stands for (`deploylint.amalgamation`). Some things are done in a shorter way: what comes from modules of the
groups is taken out of them without an import statement, which costs several times as much; dataclasses are made at
once instead of twice and have the code of their `__init__` (`deploylint.dataclass.slotted`); and except in rules,
whose annotations and docstrings are used, functions have neither, and the annotations of classes are text.
"""

import ast
import json
import symtable
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploylint.dataclass import TEMPLATE
from deploylint.initialiser import initialiser

GROUPS = Path(__file__).with_suffix(".json")
RULES = "deploylint_rules."
# Of the standard library, without submodules.
_OFTEN_IMPORTED = ("bisect", "collections.abc", "functools", "itertools", "posixpath", "types")
# What a body is called with: names that no module has.
_TAKE, _SLOTTED = "take_", "slotted_"
_TAKEN = "taken_"
_ARGUMENTS = ast.arguments([], [ast.arg(_TAKE), ast.arg(_SLOTTED)], None, [], [], None, [])


class MissingModuleError(Exception):
    """A module of a group that is in none of the folders."""


def groups() -> dict[str, list[str]]:
    """Name of each group -> its modules."""
    found: dict[str, list[str]] = json.loads(GROUPS.read_text(encoding="utf-8"))["groups"]
    return found


def find(roots: Iterable[Path], name: str) -> Path:
    """The source of a module.

    Raises MissingModuleError.
    """
    for root in roots:
        place = root.joinpath(*name.split("."))
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file():
                return file
    raise MissingModuleError(
        f"{name}, which {GROUPS.name} names, is not there; write the file anew (CONTRIBUTING.md)"
    )


def written(sources: Mapping[str, Path], modules: Collection[str]) -> str:
    """The text of a group's file, for the sources of its modules. `modules`: of all groups, those that are no packages."""
    trees = {name: ast.parse(file.read_bytes()) for name, file in sources.items()}
    names = list(_ordered(trees))
    bodies: list[ast.stmt] = [
        _body(f"_{index}", name, trees[name], sources[name], modules) for index, name in enumerate(names)
    ]
    rows = [
        f"    ({name!r}, {sources[name].stem == '__init__'}, _{index}),\n" for index, name in enumerate(names)
    ]
    text = ast.unparse(ast.fix_missing_locations(ast.Module(bodies, [])))
    return f"{text}\nMODULES = (\n{''.join(rows)})\n"


def _ordered(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """The modules in the order in which importing one after the other would get them done."""
    begun: set[str] = set()

    def done(name: str) -> Iterator[str]:
        if name in begun or name not in trees:
            return
        begun.add(name)
        yield from done(name.rpartition(".")[0])
        for needed in _imported(trees[name].body):
            yield from done(needed)
        yield name

    for name in trees:
        yield from done(name)


def _imported(body: Iterable[ast.stmt]) -> Iterator[str]:
    """What the statements of a module may import when it is loaded, packages before what is in them."""
    for statement in body:
        match statement:
            case ast.Import(names):
                yield from (part for alias in names for part in _packages(alias.name))
            case ast.ImportFrom(module, names) if module:
                yield from _packages(module)
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.If() if _for_type_checkers(statement):
                yield from _imported(statement.orelse)
            case ast.If() | ast.Try():
                yield from _imported([*statement.body, *statement.orelse])


def _packages(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _body(name: str, module: str, tree: ast.Module, file: Path, modules: Collection[str]) -> ast.FunctionDef:
    """A module as a function of that name."""
    statements: Sequence[ast.stmt] = tree.body
    docstring = ast.get_docstring(tree, clean=False)
    postpones = any(isinstance(one, ast.ImportFrom) and one.module == "__future__" for one in statements)
    plain = {
        one.name
        for one in statements
        if isinstance(one, ast.ClassDef) and not (one.bases or one.decorator_list)
    }
    statements = [
        short
        for one in _statements(statements[docstring is not None :])
        for short in _shorter(one, modules, plain)
    ]
    if not module.startswith(RULES):
        statements = [_Undocumented().visit(one) for one in statements]
    elif postpones:
        statements = [_AnnotationsAsText().visit(one) for one in statements]
    statements = [ast.Assign([ast.Name("__doc__", ast.Store())], ast.Constant(docstring)), *statements]
    symbols = symtable.symtable(file.read_text(encoding="utf-8"), str(file), "exec").get_symbols()
    names = sorted({"__doc__", *(one.get_name() for one in symbols)})
    return ast.FunctionDef(name, _ARGUMENTS, [ast.Global(names), *statements], [])


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements as they may stand in a function, without those for type checkers."""
    for one in body:
        match one:
            case ast.ImportFrom("__future__"):
                pass
            case ast.If() if _for_type_checkers(one):
                yield from _statements(one.orelse)
            case ast.AnnAssign(target, _, value):
                # A function may not annotate what is global, and nothing asks for a module's annotations.
                if value is not None:
                    yield ast.Assign([target], value)
            case _:
                yield one


def _shorter(statement: ast.stmt, modules: Collection[str], plain: Collection[str]) -> list[ast.stmt]:
    """A statement of a module, or what costs less and does the same. `plain` are the module's classes without fields."""
    match statement:
        case ast.ImportFrom(str(module), names) if module in modules or module in _OFTEN_IMPORTED:
            # The dictionary of the other module, which is in a variable of the function.
            lines = [f"{_TAKEN} = {_TAKE}({module!r})"]
            lines += [f"{one.asname or one.name} = {_TAKEN}[{one.name!r}]" for one in names]
            return ast.parse("\n".join(lines)).body
        case ast.ClassDef(keywords=[], decorator_list=[ast.Call(ast.Name("dataclass"), [], options)]):
            rest = [one for one in options if one.arg != "slots"]
            if len(rest) < len(options):  # all that is ever said of slots is that there are some
                statement.body += _initialiser(statement, plain)
                statement.keywords = [ast.keyword("metaclass", ast.Name(_SLOTTED, ast.Load())), *rest]
                statement.decorator_list = []
    return [statement]


def _initialiser(statement: ast.ClassDef, plain: Collection[str]) -> list[ast.stmt]:
    """The initialiser of a dataclass, ready for `slotted`; nothing if that depends on other classes."""
    methods = {one.name for one in statement.body if isinstance(one, ast.FunctionDef)}
    if any(_may_have_fields(base, plain) for base in statement.bases) or "__init__" in methods:
        return []
    parts = []
    for one in statement.body:
        if isinstance(one, ast.AnnAssign) and not ast.unparse(one.annotation).startswith("ClassVar"):
            parts += _part(ast.unparse(one.target), one.value)
    (function,) = ast.parse(initialiser(parts, refuses=False, ends="__post_init__" in methods)).body
    return [
        ast.FunctionDef(TEMPLATE, *(getattr(function, name) for name in ("args", "body", "decorator_list")))
    ]


def _may_have_fields(base: ast.expr, plain: Collection[str]) -> bool:
    match base:
        case ast.Subscript(ast.Name("Generic")):
            return False
        case ast.Name(name):
            return name not in plain
    return True


def _part(name: str, value: ast.expr | None) -> list[tuple[str, str, bool]]:
    """What `initialiser` has to know of a field."""
    match value:
        case None:
            return [(name, "", True)]
        case ast.Call(ast.Name("field"), [], options):
            said = {one.arg: one.value for one in options}
            source = "factory" if "default_factory" in said else "default" if "default" in said else ""
            init = said.get("init", ast.Constant(value=True))
            is_parameter = not isinstance(init, ast.Constant) or init.value is True
            return [(name, source, is_parameter)] if source or is_parameter else []
    return [(name, "default", True)]


def _for_type_checkers(statement: ast.If) -> bool:
    return isinstance(statement.test, ast.Name) and statement.test.id == "TYPE_CHECKING"


class _AnnotationsAsText(ast.NodeTransformer):
    """What `from __future__ import annotations` does, which counts for whole files only."""

    def visit(self, node: ast.AST) -> Any:
        self.generic_visit(node)
        for field in ("annotation", "returns"):
            if (annotation := getattr(node, field, None)) is not None:
                setattr(node, field, ast.Constant(ast.unparse(annotation)))
        return node


class _Undocumented(_AnnotationsAsText):
    """Without what only readers and type checkers look at."""

    def visit(self, node: ast.AST) -> Any:
        super().visit(node)
        match node:
            case ast.arg():
                node.annotation = None
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                node.returns = None
        match node:
            case ast.FunctionDef() | ast.ClassDef() if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        return node


def main() -> None:
    folder, *roots = map(Path, sys.argv[1:])
    sources = {group: {name: find(roots, name) for name in names} for group, names in groups().items()}
    modules = {name for group in sources.values() for name, file in group.items() if file.stem != "__init__"}
    for group, found in sources.items():
        text = written(found, modules)
        (folder / f"{group}.py").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except MissingModuleError as error:
        sys.exit(str(error))
