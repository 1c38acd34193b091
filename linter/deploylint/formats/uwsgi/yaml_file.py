"""uWSGI's YAML files: its own walk over the tokens of the YAML scanner (uWSGI 2.0.31, core/yaml.c).

Nothing is constructed, so that repeated keys stay apart and neither tags nor aliases mean anything.
"""

from deploylint.formats.uwsgi.nodes import Option, Place, Section, UwsgiConfig
from deploylint.pattern import MULTILINE, pattern
from deploylint.source import Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

# The scanner's time grows with the square of the depth of brackets; no option of uWSGI has any depth.
_DEEPEST = 64
# Comments on lines of their own; the scanner does not report any.
_COMMENT = pattern(r"^[ \t]*+(#[^\r\n]*+)", MULTILINE)
# libyaml takes a tab between a key and its value, PyYAML does not.
_AFTER_KEY = pattern(r"(?<=:)[ \t]++")


def parse_yaml(source: Source) -> UwsgiConfig:
    """Parse a YAML file; what stands before a syntax error is kept."""
    import yaml  # noqa: PLC0415  (only these files need it)

    reader = _Reader(source)
    templated = is_template(source.text)
    problems: tuple[SyntaxProblem, ...] = ()
    text = (
        _AFTER_KEY.sub(lambda match: " " * len(match[0]), source.text) if "\t" in source.text else source.text
    )
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            reader.take(token)
            if reader.brackets > _DEEPEST:
                break
    except yaml.MarkedYAMLError as error:
        # What is never closed is best shown where it opens.
        ends = error.problem_mark is None or error.problem_mark.index >= len(source.text)
        mark = error.context_mark if ends else error.problem_mark
        start = min(mark.index if mark else 0, len(source.text))
        at = source.location(start, min(start + 1, len(source.text)))
        problems = (SyntaxProblem(at, f"error parsing YAML file: {error.problem}"),)
    except yaml.YAMLError:
        at = source.location(0, min(1, len(source.text)))
        problems = (
            SyntaxProblem(at, "error parsing YAML file: it holds characters that YAML does not allow"),
        )
    comments = tuple(Span(*match.span(1)) for match in _COMMENT.finditer(source.text))
    return UwsgiConfig(
        source, () if templated else problems, reader.sections, comments, syntax="yaml", templated=templated
    )


class _Reader:
    """Which scalar is a section, a name or a value: uWSGI's own state, token by token."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._depth = 0
        self.brackets = 0
        self._role = ""
        self._key: tuple[str, Place] | None = None
        self.sections: list[Section] = []

    def take(self, token: object) -> None:
        kind = type(token).__name__
        if kind in ("FlowSequenceStartToken", "FlowMappingStartToken"):
            self.brackets += 1
        elif kind in ("FlowSequenceEndToken", "FlowMappingEndToken"):
            self.brackets -= 1
        if kind == "KeyToken":
            self._role = "key"
        elif kind == "ValueToken":
            self._role = "value"
        elif kind in ("FlowSequenceStartToken", "BlockSequenceStartToken"):
            self._depth += self._depth > 0
            self._role = "item"
        elif kind in ("FlowEntryToken", "BlockEntryToken"):
            self._role = "item"
        elif kind == "BlockMappingStartToken":
            self._open()
        elif kind in ("BlockEndToken", "FlowSequenceEndToken"):
            self._depth -= self._depth > 0
            self._key, self._role = None, ""
        elif kind == "ScalarToken":
            self._scalar(token)

    def _open(self) -> None:
        if self._depth:
            self._depth += 1
        elif self._key is not None:
            self._depth = 1
            name, place = self._key
            self.sections.append(Section(self._source, name, Span(*place)))

    def _scalar(self, token: object) -> None:
        start, end = token.start_mark.index, token.end_mark.index  # type: ignore[attr-defined]
        value = str(token.value)  # type: ignore[attr-defined]
        place = start, start + len(self._source.text[start:end].rstrip())
        if self._role == "key":
            self._key = value, place
        elif self._role in ("value", "item"):
            if self._key is not None and self._depth:
                self.sections[-1].options.append(Option(self._source, *self._key, value, place))
            if self._role == "value":
                self._key, self._role = None, ""
