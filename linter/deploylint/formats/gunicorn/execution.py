"""What a configuration file leaves behind when it runs from top to bottom.

Branches that nothing decides are alternatives of each other. A name keeps one binding for every
way in which it may have got its value.
"""

from deploylint.facts import Environment
from deploylint.formats.gunicorn import functions, operators
from deploylint.formats.gunicorn.bindings import UNSET, Binder, Binding, Outcome, Scope, capped, value_of
from deploylint.formats.gunicorn.clauses import base_of, bound_items, lets_pass, runs_once, statements
from deploylint.formats.gunicorn.evaluator import Evaluator, truth_of
from deploylint.formats.gunicorn.failures import Failure, raised, undefined_name
from deploylint.formats.gunicorn.names import Names, Unwatched
from deploylint.formats.gunicorn.values import Defined, Evaluated, Reference, combine, known, union, unknown
from deploylint.formats.python import expressions as e
from deploylint.formats.python.nodes import (
    Assignment,
    ClassDefinition,
    Clause,
    Compound,
    Deletion,
    ExpressionStatement,
    FunctionDefinition,
    Import,
    Jump,
    Mutation,
    Node,
    Opaque,
    walk,
)
from deploylint.pattern import pattern

_DEEPEST = 30
_REACHES_NAMES = frozenset({"globals", "locals", "vars", "exec", "execfile", "setattr"})
_REACHES = pattern(rf"\b(?:{'|'.join(sorted(_REACHES_NAMES))})\(")
_LOADS_ENVIRONMENT = frozenset({"load_dotenv", "read_env", "read_dotenv"})
# Functions and expressions bind names of the module by these.
_BOUND_ELSEWHERE = pattern(r"\bglobal[ \t]++[^\n]++|\b\w++[ \t]*+:=")
_WORD = pattern(r"\w++")
_STOPS = frozenset({"sys.exit", "os._exit", "exit", "quit"})


def run(
    body: list[Node],
    text: str,
    watched: frozenset[str],
    environment: Environment | None = None,
    file: str | None = None,
) -> Outcome:
    """Go through a file once. `watched` are its `names.watched`, `file` is its path on the server, for `__file__`."""
    execution = _Execution(text, Unwatched(body, watched), environment, file)
    execution.block(body, 0)
    names = execution.scope.names
    if execution.forgotten is not None:
        names = {name: execution.aged(bindings) for name, bindings in names.items()}
    found = Names(names, execution.unwatched)
    return Outcome(found, execution.forgotten is None, execution.failure, execution.evaluator.asked)


class _Execution:
    __slots__ = (
        "_elsewhere",
        "_order",
        "_reaches_names",
        "_reason",
        "_text",
        "evaluator",
        "failure",
        "forgotten",
        "scope",
        "unwatched",
    )

    def __init__(
        self, text: str, unwatched: Unwatched, environment: Environment | None, file: str | None
    ) -> None:
        self.unwatched = unwatched
        self.scope = Scope(certain=True)
        self.forgotten: int | None = None
        self.failure: Failure | None = None
        self._elsewhere: frozenset[str] | None = None
        self._reaches_names = _REACHES.search(text) is not None
        self._order = 0
        self._reason = ""
        self._text = text
        self.evaluator = Evaluator(self._lookup, environment, file)

    def _lookup(self, name: str) -> Evaluated | None:
        bindings = self.aged(self.scope.get(name))
        value = value_of(bindings)
        if value is not None and name in functions.BUILTINS and any(one.value is None for one in bindings):
            return unknown("it may be Python's own")
        if value is None and self.forgotten is not None:
            return unknown("it may come from elsewhere")
        return value

    def _evaluate(self, expression: e.Expression | None) -> Evaluated:
        value = self.evaluator.evaluate(expression, self._text)
        if expression is not None and self._is_certain():
            self.failure = self._undefined(expression) or raised(expression, self._text, value)
        return value

    def _is_certain(self) -> bool:
        """Whether Python comes here in any case, with the names that are known."""
        return self.failure is None and self.scope.certain and self.forgotten is None

    def _undefined(self, expression: e.Expression) -> Failure | None:
        if self._elsewhere is None:
            self._elsewhere = frozenset(
                name for match in _BOUND_ELSEWHERE.finditer(self._text) for name in _WORD.findall(match[0])
            )
        bound = self._elsewhere
        if self._reaches_names:
            return None  # a function that is called may bind any name
        return undefined_name(expression, self._text, lambda name: name in bound or self._is_bound(name))

    def _bind(self, name: str, node: Binder, value: Evaluated) -> None:
        self._order += 1
        self.scope.names[name] = (Binding(node, value, self._order),)

    def aged(self, bindings: tuple[Binding, ...]) -> tuple[Binding, ...]:
        """Bindings as they are now: older than the last `from x import *`, they may have been replaced."""
        oldest = min(binding.order for binding in bindings)
        if self.forgotten is None or oldest > self.forgotten:
            return bindings
        return (*bindings, Binding(bindings[-1].node, unknown(self._reason), self._order))

    def block(self, body: list[Node], depth: int) -> bool:
        """Run statements; False when the end of the block is not reached."""
        if depth > _DEEPEST:
            self._forget_inside(body)
            return True
        for group in statements(body):
            if len(group) > 1:
                self._assign_together(group)
                continue
            node = group[0]
            if depth == 0 and isinstance(node, Assignment) and node.name not in self.unwatched.watched:
                self.unwatched.reached = node.start
                continue
            if isinstance(node, Jump):
                return False
            if isinstance(node, Compound):
                if not self._compound(node, depth):
                    return False
            elif isinstance(node, ExpressionStatement):
                if not self._expression(node):
                    return False
            else:
                self._simple(node)
        return True

    def _simple(self, node: Node) -> None:
        match node:
            case Assignment():
                self._assign(node)
            case FunctionDefinition() | ClassDefinition():
                decorated = isinstance(node, FunctionDefinition) and node.decorated
                value = unknown("it is decorated") if decorated else known(Defined(node))
                self._bind(node.name, node, value)
            case Import():
                self._import(node)
            case Deletion():
                for name in node.names:
                    self.scope.names[name] = (UNSET,)
            case Mutation():
                self._mutate(node)
            case Opaque():
                for name in node.names:
                    self._bind(name, node, unknown("a line that cannot be read"))
            case _:
                pass

    def _assign_together(self, nodes: list[Node]) -> None:
        """`a, b = b, a`: all values are there before a name gets any."""
        assignments = [node for node in nodes if isinstance(node, Assignment)]
        values = [self._evaluate(node.value) for node in assignments]
        for node, value in zip(assignments, values, strict=True):
            self._bind(node.name, node, value)

    def _assign(self, node: Assignment) -> None:
        value = self._evaluate(node.value)
        if node.operator != "=":
            if self._is_certain():
                self.failure = self._undefined(e.Name(node.name_start, node.name_start + len(node.name)))
            before = self._lookup(node.name) or unknown("it has no value before")
            sign = node.operator[:-1]
            value = combine(lambda one, other: operators.binary(sign, one, other), before, value)
        self._bind(node.name, node, value)

    def _import(self, node: Import) -> None:
        for one in node.imported:
            dotted = f"{one.module}.{one.attribute}" if one.attribute else one.module
            self._bind(one.name, node, known(Reference(dotted)))
        if node.star:
            self._forget_all("it may come from elsewhere", node)

    def _mutate(self, node: Mutation) -> None:
        base: e.Expression = node.target
        while isinstance(base, (e.Attribute, e.Subscript)):
            base = base.value
        if not isinstance(base, e.Name):
            self._forget_all("something else is changed", node)
            return
        name = self._text[base.start : base.end]
        found = self._lookup(name)
        if found is None and self._is_certain():
            self.failure = self._undefined(base)
        if found is not None and found.known and isinstance(found.value, Reference):
            if found.value.dotted.startswith("os"):
                self.evaluator.environment = None
            self.evaluator.modules_are_changed |= isinstance(node.target, e.Attribute)
            return
        self._bind(name, node, unknown("a part of it is changed"))

    def _expression(self, node: ExpressionStatement) -> bool:
        """A call may change what it is called on, and what it is given."""
        call = node.value
        self._evaluate(node.value)
        if not isinstance(call, e.Call):
            return True
        function = self._text[call.function.start : call.function.end]
        word = function.rpartition(".")[2]
        if function in _STOPS:
            return False
        if any(name in self._text[node.start : node.end] for name in _REACHES_NAMES):
            self._forget_all("it may be changed by code", node)
        if word in _LOADS_ENVIRONMENT or function.startswith("os.environ"):
            self.evaluator.environment = None
        if isinstance(call.function, e.Attribute) and isinstance(call.function.value, e.Name):
            self._method(call, call.function, word, node)
        for argument in call.arguments:
            if isinstance(argument.value, e.Name) and function != "print":
                self._forget_contents(self._text[argument.value.start : argument.value.end], node)
        return True

    def _method(self, call: e.Call, function: e.Attribute, method: str, node: ExpressionStatement) -> None:
        name = self._text[function.value.start : function.value.end]
        before = self._lookup(name)
        if before is None or (before.known and isinstance(before.value, Reference)):
            return
        if method not in functions.CHANGING_METHODS:
            self._forget_contents(name, node)
            return
        arguments = [self._evaluate(argument.value) for argument in call.arguments]
        value = combine(lambda one, *rest: functions.changed(one, method, rest), before, *arguments)
        plain = not any(argument.name or argument.stars for argument in call.arguments)
        self._bind(name, node, value if plain else unknown("it is changed"))

    def _forget_contents(self, name: str, node: ExpressionStatement) -> None:
        """Somebody else may change a list, a dictionary or an object; numbers and texts stay."""
        value = self._lookup(name)
        if value is not None and any(isinstance(one, (list, dict, set)) for one in value.alternatives):
            self._bind(name, node, unknown("it is handed to code"))

    def _forget_all(self, reason: str, node: Node) -> None:
        self.forgotten = self._order
        self._reason = reason
        self.unwatched.forgotten, self.unwatched.reason = node.start, reason

    def _forget_inside(self, body: list[Node]) -> None:
        for node, _ in walk(body):
            if isinstance(node, (Assignment, FunctionDefinition, ClassDefinition)):
                self._bind(node.name, node, unknown("it is nested too deeply"))
            elif isinstance(node, Import):
                for one in node.imported:
                    self._bind(one.name, node, unknown("it is nested too deeply"))

    def _compound(self, node: Compound, depth: int) -> bool:
        match node.keyword:
            case "if":
                return self._choice(node.clauses, depth)
            case "try":
                return self._try(node.clauses, depth)
            case "with":
                self._targets(node.clauses[0])
                return self.block(node.clauses[0].body, depth + 1)
            case _:
                return self._loop(node.clauses, depth)

    def _choice(self, clauses: list[Clause], depth: int) -> bool:
        branches: list[Scope] = []
        around = self.scope
        decided = False
        for clause in clauses:
            truth = True if clause.keyword == "else" else truth_of(self._evaluate(clause.condition))
            if truth is False:
                continue
            if truth and not branches:
                return self.block(clause.body, depth + 1)
            self._branch(clause.body, around, branches, depth)
            if truth:
                decided = True
                break
        if not decided:
            branches.append(Scope(around))
        return self._merge(around, branches)

    def _branch(self, body: list[Node], around: Scope, branches: list[Scope], depth: int) -> Scope:
        """Run a block that may or may not run; its scope joins `branches` when its end is reached."""
        self.scope = branch = Scope(around)
        if self.block(body, depth + 1):
            branches.append(branch)
        self.scope = around
        return branch

    def _merge(self, around: Scope, branches: list[Scope]) -> bool:
        for name in {name: None for branch in branches for name in branch.names}:
            bindings = dict.fromkeys(binding for branch in branches for binding in branch.get(name))
            around.names[name] = capped(tuple(bindings))
        return bool(branches)

    def _try(self, clauses: list[Clause], depth: int) -> bool:
        around = self.scope
        branches: list[Scope] = []
        if self._is_certain():
            self.failure = self._uncaught(clauses)
        body = [*clauses[0].body]
        for clause in clauses[1:]:
            if clause.keyword == "else":
                body += clause.body
        tried = self._branch(body, around, branches, depth)
        broken_off = {
            name: capped(tuple(dict.fromkeys((*around.get(name), *bindings))))
            for name, bindings in tried.names.items()
        }
        for clause in clauses[1:]:
            if clause.keyword == "except":
                self.scope = start = Scope(around, dict(broken_off))
                if self.block(clause.body, depth + 1):
                    branches.append(start)
                self.scope = around
        alive = self._merge(around, branches)
        for clause in clauses[1:]:
            if clause.keyword == "finally":
                alive = self.block(clause.body, depth + 1) and alive
        return alive

    def _is_bound(self, name: str) -> bool:
        return self._lookup(name) is not None

    def _uncaught(self, clauses: list[Clause]) -> Failure | None:
        """An undefined name with which the body of a `try` begins, where no clause may catch that."""
        first = next(iter(clauses[0].body), None)
        value = first.value if isinstance(first, (Assignment, ExpressionStatement)) else None
        if value is None or not all(
            lets_pass(clause, NameError, self._text, self._is_bound) for clause in clauses[1:]
        ):
            return None
        failure = self._undefined(value)
        if failure is None or failure.start != value.start or isinstance(value, e.Strings):
            return None
        return failure

    def _loop(self, clauses: list[Clause], depth: int) -> bool:
        """Any number of rounds: what is bound in them is unknown afterwards."""
        around = self.scope
        self._targets(clauses[0])
        first = Scope(around, certain=around.certain and runs_once(clauses[0]))
        self.scope = first
        self._first_round(clauses[0])
        self.block(clauses[0].body, depth + 1)
        inside = Scope(around)
        self.scope = inside
        self._branch_names(clauses[0])
        self.scope = around
        self._merge(around, [Scope(around), inside])
        for clause in clauses[1:]:
            self._branch(clause.body, around, branches := [Scope(around)], depth)
            self._merge(around, branches)
        return True

    def _first_round(self, clause: Clause) -> None:
        """The name that a loop over written out items binds has the first of them in its first round."""
        for item in bound_items(clause)[:1]:
            self._bind(clause.bound[0], clause, self._evaluate(item))

    def _branch_names(self, clause: Clause) -> None:
        for node, _ in walk(clause.body):
            if isinstance(node, Assignment):
                self._bind(node.name, node, unknown("it is set in a loop"))
            elif isinstance(node, (Mutation, ExpressionStatement)):
                self._changed_in_loop(node)

    def _changed_in_loop(self, node: Mutation | ExpressionStatement) -> None:
        base = base_of(node.target if isinstance(node, Mutation) else node.value)
        if isinstance(base, e.Name):
            name = self._text[base.start : base.end]
            value = self._lookup(name)
            if value is not None and not (value.known and isinstance(value.value, Reference)):
                self._bind(name, node, unknown("it is changed in a loop"))

    def _targets(self, clause: Clause) -> None:
        if items := bound_items(clause):
            self._bind(clause.bound[0], clause, union(self._evaluate(item) for item in items))
            return
        for name in clause.bound:
            self._bind(name, clause, unknown("it is set by a loop or a context"))
