"""Exec lines as words of a command line: specifiers and variables replaced where their values are known."""

from collections.abc import Collection

from deploylint.facts import Environment, Known
from deploylint.formats.systemd.nodes import Assignment
from deploylint.formats.systemd.specifier_values import resolve
from deploylint.formats.systemd.template_marks import MASK
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.pattern import pattern
from deploylint.source import Span
from deploylint.values import systemd_words
from deploylint.values.exec_line import ExecCommand, VariableForm, find_variables
from deploylint.values.words import Piece, Variable, Word

# What makes the value of a word anything but its text: templates, specifiers, variables, escapes.
_SPECIAL = pattern(rf"[{{}}<%@$\\{MASK}]")
_TEMPLATED = pattern(rf"/{MASK}++|(?:(?!/{MASK})[^{MASK}])++")


def command_words(
    line: Assignment, command: ExecCommand, file: UnitFile, environment: Environment
) -> tuple[Word, ...]:
    """The command and its arguments; the first word never holds variables (systemd.service(5))."""
    arguments = command.arguments[1:] if "@" in command.prefixes else command.arguments
    if _SPECIAL.search(line.value) is None:
        return _as_written(line, (command.path, *arguments))
    words = [_plain(line, command.path, file)]
    for argument in arguments:
        if command.expands_variables:
            words += _expanded(line, argument, file, environment)
        else:
            words.append(_plain(line, argument, file))
    return tuple(words)


def _as_written(line: Assignment, words: Collection[systemd_words.Word]) -> tuple[Word, ...]:
    begin = line.value_start
    if begin is None:
        at = line.value_span
        return tuple([_said(word.text, at(word.start, word.end)) for word in words])
    return tuple([_said(word.text, Span(begin + word.start, begin + word.end)) for word in words])


def _said(text: str, span: Span) -> Word:
    return Word(text, span, False, span.end - span.start != len(text))


def _plain(line: Assignment, word: systemd_words.Word, file: UnitFile) -> Word:
    span = line.value_span(word.start, word.end)
    if MASK in word.text:
        return _templated(line, word, span)
    resolved = resolve(word.text, file)
    if resolved is None:
        return Word(word.text, span, opaque=True)
    return Word(resolved, span, quoted=span.end - span.start != len(word.text))


def _templated(line: Assignment, word: systemd_words.Word, span: Span) -> Word:
    """A word that a template language fills in; what stands around its expressions is known."""
    if word.end - word.start != len(word.text):
        return Word(line.value[word.start : word.end], span, opaque=True)
    pieces = []
    for match in _TEMPLATED.finditer(word.text):
        start, end = word.start + match.start(), word.start + match.end()
        at = line.value_span(start, end)
        pieces.append(Piece(line.value[start:end], at, opaque=MASK in match[0]))
    return Word(line.value[word.start : word.end], span, opaque=True, pieces=tuple(pieces))


def _expanded(
    line: Assignment, word: systemd_words.Word, file: UnitFile, environment: Environment
) -> list[Word]:
    if "$" not in word.text:
        return [_plain(line, word, file)]
    span = line.value_span(word.start, word.end)
    if MASK in word.text:
        return [_templated(line, word, span)]
    variables = find_variables(word.text)
    if not variables:
        plain = _plain(line, word, file)
        return [Word(plain.value.replace("$$", "$"), span, plain.opaque, plain.quoted)]
    if variables[0].form is VariableForm.WORD:
        value = environment.get(variables[0].name)
        if value is None:
            return []
        if isinstance(value, Known):
            return [Word(part, span) for part in value.value.split()]
        piece = Piece(word.text, span, opaque=True, variable=Variable(variables[0].name))
        return [Word(word.text, span, opaque=True, pieces=(piece,))]
    pieces = []
    done = 0
    for variable in variables:
        if variable.form is VariableForm.LITERAL:
            continue
        pieces.append(_literal(word.text[done : variable.start], span, file))
        pieces.append(_value(word.text[variable.start : variable.end], variable.name, span, environment))
        done = variable.end
    pieces.append(_literal(word.text[done:], span, file))
    pieces = [piece for piece in pieces if piece.value]
    text = "".join(piece.value for piece in pieces)
    return [Word(text, span, opaque=any(piece.opaque for piece in pieces), pieces=tuple(pieces))]


def _literal(text: str, span: Span, file: UnitFile) -> Piece:
    resolved = resolve(text, file)
    if resolved is None:
        return Piece(text, span, opaque=True)
    return Piece(resolved.replace("$$", "$"), span)


def _value(text: str, name: str, span: Span, environment: Environment) -> Piece:
    value = environment.get(name)
    if value is None:
        return Piece("", span)
    if isinstance(value, Known):
        return Piece(value.value, span)
    return Piece(text, span, opaque=True, variable=Variable(name))
