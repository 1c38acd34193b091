"""From a parsed logical line to its statements."""

from collections.abc import Callable, Iterator

from deploylint.formats.python.expressions import (
    Argument,
    Attribute,
    Display,
    Expression,
    Name,
    Other,
    Subscript,
)
from deploylint.formats.python.nodes import (
    Assignment,
    ClassDefinition,
    Deletion,
    ExpressionStatement,
    FunctionDefinition,
    Import,
    Imported,
    Jump,
    Mutation,
    Node,
    Parameter,
)
from deploylint.formats.python.parser import bare
from deploylint.source import Source
from deploylint.syntax.driver import Token, Tree
from deploylint.typed import Any

_SILENT = frozenset({"assert_statement", "scope_statement", "decorator"})


def statements(tree: Tree, source: Source, start: int, end: int) -> Iterator[Node]:
    """The nodes of one simple statement that spans `start` to `end`."""
    if tree.data in _SILENT:
        return
    yield from _MAKERS[tree.data](tree.children, source, start, end)


def is_statement(child: Any) -> bool:
    """Whether a child of a compound statement's head is a statement behind its colon."""
    return isinstance(child, Tree) and (child.data in _MAKERS or child.data in _SILENT)


def bound_names(targets: list[Any], text: str) -> list[str]:
    """The names that a `for`, `with` or `del` binds; items and attributes are left out."""
    return [text[name.start : name.end] for name in leaves(targets) if isinstance(name, Name)]


def leaves(targets: list[Any]) -> list[Expression]:
    """Single targets in the order of the text."""
    found: list[Expression] = []
    stack = [bare(target) for target in reversed(targets) if not isinstance(target, Token)]
    while stack:
        target = stack.pop()
        if isinstance(target, Argument):
            stack.append(target.value)
        elif isinstance(target, Display):
            stack += [item.value for item in reversed(target.items)]
        elif isinstance(target, Other) and target.target is not None:
            stack.append(target.target)
        else:
            found.append(target)
    return found


def _assignment(children: list[Any], source: Source, start: int, end: int) -> Iterator[Node]:
    *targets, value = (bare(child) for child in children)
    for target in targets:
        yield from _assign(target, value, source, (start, end))


def _assign(target: Any, value: Any, source: Source, span: tuple[int, int]) -> Iterator[Node]:
    """Pair names with values as far as both are written out."""
    stack = [(target, value)]
    while stack:
        target, value = stack.pop()
        if isinstance(target, Argument):
            target, value = target.value, None
        if isinstance(target, Display):
            stack += reversed(_paired(target, value))
        elif isinstance(target, Name):
            known = None if isinstance(value, Argument) else value
            yield Assignment(source, *span, (target.start, target.end), known)
        else:
            yield Mutation(source, *span, target)


def _paired(target: Display, value: Any) -> list[tuple[Any, Any]]:
    written_out = (
        isinstance(value, Display)
        and value.kind != "set"
        and len(value.items) == len(target.items)
        and not any(item.stars for item in (*value.items, *target.items))
    )
    if not written_out:
        return [(item, None) for item in target.items]
    return [(left.value, right.value) for left, right in zip(target.items, value.items, strict=True)]


def _annotated(children: list[Any], source: Source, start: int, end: int) -> Iterator[Node]:
    """Without a value nothing is bound."""
    if len(children) == 3:
        yield from _assign(bare(children[0]), bare(children[2]), source, (start, end))


def _augmented(children: list[Any], source: Source, start: int, end: int) -> Iterator[Node]:
    target, operator, value = (bare(child) for child in children)
    if isinstance(target, Name):
        sign = source.text[operator.start : operator.end]
        yield Assignment(source, start, end, (target.start, target.end), value, operator=sign)
    else:
        yield Mutation(source, start, end, target)


def _expression(children: list[Any], source: Source, start: int, end: int) -> Iterator[Node]:
    value = bare(children[0])
    yield ExpressionStatement(source, start, end, value.value if isinstance(value, Argument) else value)


def _import(children: list[Any], source: Source, start: int, end: int) -> Iterator[Node]:
    imported = []
    for module in children:
        if isinstance(module, Token):
            continue
        parts = module.children[0].children
        dotted = ".".join(source.text[part.start : part.end] for part in parts)
        if len(module.children) == 2:
            alias = module.children[1]
            imported.append(_imported(dotted, "", alias, source))
        else:
            imported.append(_imported(source.text[parts[0].start : parts[0].end], "", parts[0], source))
    yield Import(source, start, end, tuple(imported))


def _imported(module: str, attribute: str, bound: Token, source: Source) -> Imported:
    return Imported(module, attribute, source.text[bound.start : bound.end], bound.start, bound.end)


def _from(children: list[Any], source: Source, start: int, end: int) -> Iterator[Node]:
    module = _relative(children[0], source.text) if children and _is(children[0], "relative") else ""
    imported = []
    for child in children:
        if _is(child, "imported"):
            attribute = source.text[child.children[0].start : child.children[0].end]
            imported.append(_imported(module, attribute, child.children[-1], source))
    star = any(isinstance(child, Token) and child.type == "STAR" for child in children)
    yield Import(source, start, end, tuple(imported), module, star)


def _is(child: Any, name: str) -> bool:
    return isinstance(child, Tree) and child.data == name


def _relative(tree: Tree, text: str) -> str:
    words = []
    for child in tree.children:
        if isinstance(child, Token):
            words.append(text[child.start : child.end])
        else:
            words.append(".".join(text[part.start : part.end] for part in child.children))
    return "".join(words)


def _delete(children: list[Any], source: Source, start: int, end: int) -> Iterator[Node]:
    yield Deletion(source, start, end, tuple(bound_names(children, source.text)))
    for target in leaves(children):
        if isinstance(target, (Attribute, Subscript)):
            yield Mutation(source, start, end, target)


def _jump(children: list[Any], source: Source, start: int, end: int) -> Iterator[Node]:
    keyword = source.text[children[0].start : children[0].end]
    if keyword != "pass":
        yield Jump(source, start, end, keyword)


def definition(
    tree: Tree, source: Source, end: int, *, decorated: bool
) -> FunctionDefinition | ClassDefinition:
    """The head of a function or class."""
    children = [child for child in tree.children if not (isinstance(child, Token) and child.type == "ASYNC")]
    start, name = tree.children[0].start, children[1]
    word = source.text[name.start : name.end]
    if children[0].type == "CLASS":
        return ClassDefinition(source, start, end, word, name.start, name.end)
    opening = next(index for index, child in enumerate(children) if _is_token(child, "LPAR"))
    listed = children[opening + 1].children if _is(children[opening + 1], "parameters") else []
    parameters = tuple(_parameter(child, source.text) for child in listed if _is(child, "parameter"))
    return FunctionDefinition(source, start, end, word, name.start, name.end, parameters, decorated)


def _is_token(child: Any, name: str) -> bool:
    return isinstance(child, Token) and child.type == name


def _parameter(tree: Tree, text: str) -> Parameter:
    tokens = [child for child in tree.children if isinstance(child, Token)]
    words = {token.type: text[token.start : token.end] for token in tokens}
    kind = words.get("STAR") or words.get("DOUBLE_STAR") or words.get("SLASH") or ""
    return Parameter(words.get("NAME", ""), kind)


_Maker = Callable[[list[Any], Source, int, int], Iterator[Node]]

_MAKERS: dict[str, _Maker] = {
    "assignment": _assignment,
    "annotated_assignment": _annotated,
    "augmented_assignment": _augmented,
    "expression_statement": _expression,
    "import_statement": _import,
    "from_statement": _from,
    "delete_statement": _delete,
    "return_statement": _jump,
    "raise_statement": _jump,
    "jump_statement": _jump,
}
