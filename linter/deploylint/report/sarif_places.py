"""Places in SARIF: relative URIs, regions in UTF-16 units, and the identity of a line."""

from collections.abc import Mapping
from urllib.parse import quote_from_bytes

from deploylint.report.columns import columns_of, utf16_size
from deploylint.report.line_hash import line_hashes
from deploylint.report.snippet import first_line_end
from deploylint.source import Location

Json = Mapping[str, object]


def artifact(path: str) -> Json:
    """A file of the project by its percent-encoded path, or another one by its `file` URI."""
    try:
        name = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        name = path.encode("utf-8", "surrogatepass")
    if path.startswith("/"):
        return {"uri": f"file://{quote_from_bytes(name)}"}
    return {"uri": quote_from_bytes(name), "uriBaseId": "%SRCROOT%"}


class Places:
    """Regions and line hashes; what is costly for a source is computed once, when it is first asked for."""

    __slots__ = ("_columns", "_hashes")

    def __init__(self) -> None:
        self._columns = columns_of(utf16_size)
        self._hashes: dict[int, list[str]] = {}

    def line_part(self, at: Location) -> Json:
        """A physical location on one line: GitHub shows an alert in a pull request if all its lines changed."""
        end, _ = first_line_end(at)
        return {
            "artifactLocation": artifact(at.path),
            "region": self.region(at.source.location(at.span.start, end)),
        }

    def region(self, at: Location) -> Json:
        """A region whose `endColumn` is the one after the last character."""
        columns = self._columns(at.source)
        start, end = columns.position(at.span.start), columns.position(at.span.end)
        return {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }

    def line_hash(self, at: Location) -> str:
        hashes = self._hashes.get(id(at.source))
        if hashes is None:
            hashes = self._hashes[id(at.source)] = line_hashes(at.source.text)
        return hashes[at.start.line - 1]
