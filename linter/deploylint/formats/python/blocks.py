"""A Python file as a tree of statements: indentation, compound statements, and what is wrong with them."""

from deploylint.dataclass import dataclass
from deploylint.formats.python import lines as layout
from deploylint.formats.python.broken_literals import broken_literals, faults_in_literals
from deploylint.formats.python.expressions import (
    Attribute,
    Call,
    Constant,
    Expression,
    Name,
    Number,
    Other,
    Strings,
    Subscript,
    word,
)
from deploylint.formats.python.lines import Lexemes, Line, Problem, terminal
from deploylint.formats.python.nodes import (
    Assignment,
    Clause,
    Compound,
    FunctionDefinition,
    Jump,
    Mutation,
    Node,
    Opaque,
)
from deploylint.formats.python.parser import PARSER, bare
from deploylint.formats.python.statements import bound_names, definition, is_statement, leaves, statements
from deploylint.formats.python.syntax_errors import syntax_error
from deploylint.source import Source
from deploylint.syntax.driver import Lexeme, Token, Tree, Unexpected
from deploylint.typed import Any

_FIRST = frozenset({"if", "for", "while", "with", "try"})
_FOLLOWS = {
    "elif": ("if", "elif"),
    "else": ("if", "elif", "for", "while", "except", "try"),
    "except": ("try", "except"),
    "finally": ("try", "except", "else"),
}
_SOFT_KEYWORDS = ("match", "case", "type")
_SINGLE = {
    "annotated_assignment": "illegal target for annotation",
    "augmented_assignment": "illegal expression for augmented assignment",
}
_TABS = "inconsistent use of tabs and spaces in indentation"
_OPENING = frozenset(terminal(name) for name in ("LPAR", "LSQB", "LBRACE"))
_CLOSING = frozenset(terminal(name) for name in ("RPAR", "RSQB", "RBRACE"))
# Lines of these three are most of a configuration, and there is nothing in them that a grammar has to tell.
_NAMES_A_WORD = frozenset(
    (layout.NAME, layout.EQUAL, terminal(name))
    for name in ("NAME", "NUMBER", "STRING", "NONE", "TRUE", "FALSE")
)


@dataclass(slots=True)
class Module:
    """A Python file: its statements, all its lexemes and comments, and what is wrong with it."""

    source: Source
    body: list[Node]
    lexemes: Lexemes
    comments: list[Token]
    problems: list[Problem]


@dataclass(slots=True)
class _Block:
    """An open block: its indentation with wide and with narrow tabs, the list its statements go to, and what opened it.

    `hidden` marks the body of a function or class, whose lines are left alone; `soft` the block of
    a statement that the grammar does not know.
    """

    indentation: int
    narrow: int
    body: list[Node]
    hidden: bool = False
    keyword: str = ""


def parse_module(source: Source, *, check_bodies: bool = False) -> Module:
    """Read a file. Never raises; time is linear in the text.

    `check_bodies`: say also what is wrong with lines in functions and classes, and within literals.
    """
    comments: list[Token] = []
    lexemes = Lexemes(PARSER.lexemes(source.text, comments))
    problems, unclosed = layout.bracket_problems(lexemes)
    problems += broken_literals(lexemes, source.text)
    if check_bodies:
        problems += faults_in_literals(lexemes, source.text)
    broken = frozenset(problem.start for problem in problems)
    reader = _Reader(source, problems, check_bodies=check_bodies)
    for line in layout.cut(lexemes, source.text, unclosed, broken):
        reader.read(line)
    reader.finish()
    reader.problems.sort(key=lambda problem: problem.start)
    return Module(source, reader.body, lexemes, comments, reader.problems)


class _Reader:
    """Takes one logical line after the other and keeps the open blocks."""

    __slots__ = (
        "_blocks",
        "_check_bodies",
        "_decorated",
        "_head",
        "_head_keyword",
        "body",
        "problems",
        "source",
    )

    def __init__(self, source: Source, problems: list[Problem], *, check_bodies: bool) -> None:
        self._check_bodies = check_bodies
        self.source = source
        self.problems = problems
        self.body: list[Node] = []
        self._blocks = [_Block(0, 0, self.body)]
        self._head: tuple[list[Node], bool] | None = None
        self._head_keyword: tuple[str, int] = ("", 0)
        self._decorated = False

    def read(self, line: Line) -> None:
        """Put a line where its indentation says it belongs."""
        self._indent(line)
        block = self._blocks[-1]
        if block.hidden:
            self._skim(line)
            return
        kinds = tuple([number for number, _, _ in line.lexemes]) if len(line.lexemes) == 3 else ()
        if kinds in _NAMES_A_WORD and not line.broken:
            self._decorated = False
            block.body.append(self._word_named(line))
            return
        parsed = PARSER.parse_lexemes(line.lexemes, line.end)
        if parsed.value is None or line.broken:
            self._refuse(line, parsed.errors[0] if parsed.errors else None)
            return
        for child in parsed.value.children:
            if isinstance(child, Tree) and child.data == "clause":
                self._clause(child, line, block)
            elif isinstance(child, Tree) and child.data == "definition":
                self._definition(child, line, block)
        self._decorated = bool(parsed.value.children) and _is(parsed.value.children[0], "decorator")
        simple = [child for child in parsed.value.children if is_statement(child)]
        self._simple(simple, block.body, _pieces(line.lexemes))

    def _word_named(self, line: Line) -> Assignment:
        (_, start, name_end), _, (_, value_start, end) = line.lexemes
        value = word(self.source.text, value_start, end)
        return Assignment(self.source, start, end, (start, name_end), value)

    def finish(self) -> None:
        """The end of the file closes all blocks."""
        last = max(0, len(self.source.text) - 1)
        self._expect_block(last, last)

    def _indent(self, line: Line) -> None:
        width = line.indentation
        top = self._blocks[-1]
        if width > top.indentation and line.narrow <= top.narrow:
            self._problem(line, _TABS)
        if self._head is not None:
            body, hidden = self._head
            if width > self._blocks[-1].indentation:
                self._blocks.append(_Block(width, line.narrow, body, hidden=hidden))
                self._head = None
                return
            self._expect_block(line.start, line.lexemes[0][2])
        elif width > self._blocks[-1].indentation:
            if not self._blocks[-1].hidden:
                self._problem(line, "unexpected indent")
            return
        while len(self._blocks) > 1 and width < self._blocks[-1].indentation:
            inside = self._blocks.pop()
            if width > self._blocks[-1].indentation and not self._blocks[-1].hidden:
                if not inside.hidden:
                    self._problem(line, "unindent does not match any outer indentation level")
                self._blocks.append(_Block(width, line.narrow, inside.body, hidden=inside.hidden))
                return
        if width == self._blocks[-1].indentation and line.narrow != self._blocks[-1].narrow:
            self._problem(line, _TABS)

    def _expect_block(self, start: int, end: int) -> None:
        if self._head is None:
            return
        keyword, line = self._head_keyword
        self._head = None
        if keyword:
            what = {"def": "function definition", "class": "class definition"}.get(
                keyword, f"'{keyword}' statement"
            )
            self.problems.append(
                Problem(start, end, f"expected an indented block after {what} on line {line}")
            )

    def _skim(self, line: Line) -> None:
        """A line in a function's body: nothing is made of it."""
        if not self._check_bodies or line.broken:
            return
        error = next(iter(PARSER.parse_lexemes(line.lexemes, line.end).errors), None)
        if error is not None and self.source.text[line.start : line.lexemes[0][2]] not in _SOFT_KEYWORDS:
            self.problems.append(syntax_error(error, line, self.source.text))

    def _refuse(self, line: Line, error: Unexpected | None) -> None:
        """A line that is no Python, or one that this grammar does not know."""
        text = self.source.text
        words = frozenset(text[start:end] for number, start, end in line.lexemes if number == layout.NAME)
        self._blocks[-1].body.append(Opaque(self.source, line.start, line.end, words))
        first = text[line.start : line.lexemes[0][2]]
        if line.lexemes[-1][0] == terminal("COLON"):
            self._open([], first if first not in _SOFT_KEYWORDS else "", line, hidden=True)
        if line.broken or first in _SOFT_KEYWORDS or error is None:
            return
        self.problems.append(syntax_error(error, line, text))

    def _clause(self, tree: Tree, line: Line, block: _Block) -> None:
        tokens = [child for child in tree.children if isinstance(child, Token)]
        keyword = next(token.type.lower() for token in tokens if token.type != "ASYNC")
        parts = [child for child in tree.children if not isinstance(child, Token) and not is_statement(child)]
        body: list[Node] = []
        text = self.source.text
        condition = None
        if parts and keyword not in ("with", "except"):
            condition = bare(parts[-1])
        elif parts and keyword == "except":
            condition = bare(parts[0]) if len(parts) == 1 else Other(line.start, line.end, "list")
        names = _clause_names(keyword, parts, tokens, text)
        for target in leaves(parts[0].children) if keyword == "for" else ():
            if not isinstance(target, Name):
                self._target(target)
        clause = Clause(self.source, line.start, line.end, keyword, condition, tuple(names), body)
        if keyword in _FIRST:
            block.body.append(Compound(self.source, line.start, line.end, keyword, [clause]))
        else:
            last = block.body[-1] if block.body else None
            if isinstance(last, Compound) and last.clauses[-1].keyword in _FOLLOWS[keyword]:
                last.clauses.append(clause)
                last.end = line.end
            elif not isinstance(last, Opaque):
                self._problem(line, "invalid syntax")
        behind = [child for child in tree.children if is_statement(child)]
        if behind:
            self._simple(behind, body, _pieces(_behind_colon(line.lexemes)))
        else:
            self._open(body, keyword, line, hidden=False)

    def _definition(self, tree: Tree, line: Line, block: _Block) -> None:
        behind = [child for child in tree.children if is_statement(child)]
        node = definition(tree, self.source, line.end, decorated=self._decorated)
        block.body.append(node)
        if isinstance(node, FunctionDefinition):
            self._duplicate_argument(node)
        if not behind:
            keyword = "class" if tree.children[0].type == "CLASS" else "def"
            self._open([], keyword, line, hidden=True)

    def _duplicate_argument(self, node: FunctionDefinition) -> None:
        names = [parameter.name for parameter in node.parameters if parameter.name]
        twice = next((name for index, name in enumerate(names) if name in names[:index]), None)
        if twice is not None:
            message = f"duplicate argument '{twice}' in function definition"
            self.problems.append(Problem(node.start, node.name_end, message))

    def _open(self, body: list[Node], keyword: str, line: Line, *, hidden: bool) -> None:
        self._head = (body, hidden)
        self._head_keyword = (keyword, self.source.position(line.start).line)

    def _simple(self, trees: list[Tree], body: list[Node], pieces: list[tuple[int, int]]) -> None:
        for tree, (start, end) in zip(trees, pieces, strict=False):
            self._single_target(tree)
            for node in statements(tree, self.source, start, end):
                body.append(node)
                if isinstance(node, Jump) and node.keyword == "return":
                    self.problems.append(Problem(start, end, "'return' outside function"))
                elif isinstance(node, Mutation) and tree.data == "assignment":
                    self._target(node.target)

    def _single_target(self, tree: Tree) -> None:
        """What an annotation stands on, and what `+=` changes, is one name, item or attribute."""
        if tree.data not in _SINGLE:
            return
        target = bare(tree.children[0])
        if not isinstance(target, (Name, Attribute, Subscript, Other)):
            self.problems.append(Problem(target.start, target.end, _SINGLE[tree.data]))

    def _target(self, target: Expression) -> None:
        """Only names, items, attributes and lists of them can be assigned to."""
        if isinstance(target, (Attribute, Subscript, Other)):
            return
        text = self.source.text[target.start : target.end]
        kinds = {Number: "literal", Strings: "literal", Constant: text, Call: "function call"}
        kind = kinds.get(type(target), "expression")
        self.problems.append(Problem(target.start, target.end, f"cannot assign to {kind}"))

    def _problem(self, line: Line, message: str) -> None:
        self.problems.append(Problem(line.start, line.lexemes[0][2], message))


def _is(child: Any, name: str) -> bool:
    return isinstance(child, Tree) and child.data == name


def _clause_names(keyword: str, parts: list[Any], tokens: list[Token], text: str) -> list[str]:
    """What `for`, `with` and `except` bind."""
    if keyword == "for":
        return bound_names(parts[0].children, text)
    if keyword == "with":
        contexts = [part for part in parts if _is(part, "context")]
        targets = [part.children[1] for part in contexts if len(part.children) > 1]
        return bound_names(targets + [bare(part.children[0]) for part in contexts if _binds(part)], text)
    if keyword == "except":
        return [text[token.start : token.end] for token in tokens if token.type == "NAME"]
    return []


def _binds(context: Tree) -> bool:
    """`with (a as b, c as d)`: the contexts stand in brackets of their own."""
    first = bare(context.children[0])
    items = getattr(first, "items", [first])
    return any(getattr(getattr(item, "value", item), "kind", "") == "bound" for item in items)


def _pieces(lexemes: list[Lexeme]) -> list[tuple[int, int]]:
    """The spans of the simple statements between semicolons."""
    pieces = []
    first: int | None = None
    last = 0
    for number, start, end in lexemes:
        if number == terminal("SEMICOLON"):
            if first is not None:
                pieces.append((first, last))
            first = None
            continue
        if first is None:
            first = start
        last = end
    if first is not None:
        pieces.append((first, last))
    return pieces


def _behind_colon(lexemes: list[Lexeme]) -> list[Lexeme]:
    """What follows the colon of a compound statement's head; a lambda has a colon of its own."""
    depth = lambdas = 0
    for index, (number, _, _) in enumerate(lexemes):
        if number in _OPENING:
            depth += 1
        elif number in _CLOSING:
            depth -= 1
        elif depth == 0 and number == terminal("LAMBDA"):
            lambdas += 1
        elif depth == 0 and number == terminal("COLON"):
            if not lambdas:
                return lexemes[index + 1 :]
            lambdas -= 1
    return []
