"""What follows from how loops, `try` and assignments are written, without evaluating anything."""

import builtins
from collections.abc import Callable, Iterator

from deploylint.formats.python import expressions as e
from deploylint.formats.python.nodes import Assignment, Clause, Node


def lets_pass(clause: Clause, error: type[Exception], text: str, is_bound: Callable[[str], bool]) -> bool:
    """Whether a clause of `try` certainly does not catch an exception. `is_bound` tells which names the file binds."""
    if clause.keyword != "except":
        return clause.keyword == "else"
    caught = clause.condition
    for one in [item.value for item in caught.items] if isinstance(caught, e.Display) else [caught]:
        name = text[one.start : one.end] if isinstance(one, e.Name) else ""
        kind = getattr(builtins, name, None)
        if not isinstance(kind, type) or issubclass(error, kind) or is_bound(name):
            return False
    return True


def runs_once(clause: Clause) -> bool:
    """Whether a loop has a first round: it goes over something written out."""
    items = clause.condition
    return (
        clause.keyword == "for" and isinstance(items, e.Display) and any(not one.stars for one in items.items)
    )


def bound_items(clause: Clause) -> list[e.Expression]:
    """What a loop binds its one name to in turn, where that is written out; nothing where it is not."""
    items = clause.condition
    if not runs_once(clause) or not isinstance(items, e.Display) or len(clause.bound) != 1:
        return []
    if any(one.stars or isinstance(one.value, e.Display) for one in items.items):
        return []
    return [one.value for one in items.items]


def base_of(expression: e.Expression) -> e.Expression:
    """What an attribute, an item or a call is taken of in the end: `a` of `a.b[0].c()`."""
    while isinstance(expression, (e.Attribute, e.Subscript, e.Call)):
        expression = expression.function if isinstance(expression, e.Call) else expression.value
    return expression


def statements(body: list[Node]) -> Iterator[list[Node]]:
    """The nodes one by one, but all names that one assignment statement binds together."""
    group: list[Node] = []
    for node in body:
        if group and isinstance(node, Assignment) and node.start == group[0].start:
            group.append(node)
            continue
        if group:
            yield group
        group = [node]
    if group:
        yield group
