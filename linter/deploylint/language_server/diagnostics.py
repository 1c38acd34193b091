"""Findings as the editor shows them."""

from collections.abc import Iterator

from lsprotocol import types

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Diagnostic, Severity
from deploylint.homepage import rule_url
from deploylint.language_server.folder import Folder
from deploylint.language_server.positions import Positions
from deploylint.language_server.workspace import Workspace
from deploylint.report.masking import masked
from deploylint.report.visible import visible
from deploylint.run import Outcome

SOURCE = "deploylint"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
# What the names of rules say: they state the problem as a fact.
_TAGS = {
    types.DiagnosticTag.Deprecated: frozenset({"deprecated", "obsolete", "removed"}),
    types.DiagnosticTag.Unnecessary: frozenset({"unused", "unreachable", "dead", "ignored"}),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding of a file with what is told of it. `words` are those of the finding, without secrets."""

    diagnostic: Diagnostic
    words: Diagnostic
    item: types.Diagnostic


class Findings:
    """The findings of all folders, as they were last sent to the editor and as they are now."""

    def __init__(self, workspace: Workspace, positions: Positions) -> None:
        self._workspace = workspace
        self._positions = positions
        self._sent: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self._kept: dict[int, tuple[Outcome, frozenset[str], dict[str, list[Shown]]]] = {}

    def of(self, folder: Folder) -> dict[str, list[Shown]]:
        """Those of a folder by the path of their file. Places are those of the texts, words hide secrets."""
        outcome = folder.outcome()
        addresses = frozenset(file.uri for file in self._workspace.open_files)
        kept = self._kept.get(id(folder))
        if kept is None or kept[0] is not outcome or kept[1] != addresses:
            kept = self._kept[id(folder)] = outcome, addresses, self._shown(folder, outcome)
        return kept[2]

    def changes(self) -> Iterator[types.PublishDiagnosticsParams]:
        """What the editor must be told after a change, empty lists for files whose findings are gone."""
        now: dict[str, tuple[int | None, list[types.Diagnostic]]] = {
            file.uri: (file.version, []) for file in self._workspace.open_files
        }
        folders = list(self._workspace.folders)
        self._kept = {key: kept for key, kept in self._kept.items() if key in set(map(id, folders))}
        for folder in folders:
            for path, found in self.of(folder).items():
                uri = self._workspace.uri(folder, path)
                version = now[uri][0] if uri in now else None
                now[uri] = version, [one.item for one in found]
        for uri in self._sent.keys() - now.keys():
            now[uri] = None, []
        for uri, (version, items) in sorted(now.items()):
            if self._sent.get(uri) != (version, items):
                yield types.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=items)
        self._sent = {uri: sent for uri, sent in now.items() if sent[1] or sent[0] is not None}

    def _shown(self, folder: Folder, outcome: Outcome) -> dict[str, list[Shown]]:
        report = outcome.report
        found: dict[str, list[Shown]] = {}
        for diagnostic, words in zip(report.diagnostics, masked(report).diagnostics, strict=True):
            path = diagnostic.at.path
            if self._workspace.owns(folder, path):
                item = _item(diagnostic, words, folder, self._workspace, self._positions)
                found.setdefault(path, []).append(Shown(diagnostic, words, item))
        return found


def _item(
    diagnostic: Diagnostic, words: Diagnostic, folder: Folder, workspace: Workspace, positions: Positions
) -> types.Diagnostic:
    url = rule_url(diagnostic.rule)
    return types.Diagnostic(
        range=positions.of(diagnostic.at),
        message=_message(words),
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.rule,
        code_description=types.CodeDescription(url) if url else None,
        source=SOURCE,
        tags=list(_tags(diagnostic.rule)) or None,
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(workspace.uri(folder, label.at.path), positions.of(label.at)),
                visible(said.text) or words.rule,
            )
            for label, said in zip(diagnostic.finding.related, words.finding.related, strict=True)
        ]
        or None,
    )


def _message(words: Diagnostic) -> str:
    finding = words.finding
    return visible(finding.message) + (f"\nhelp: {visible(finding.help)}" if finding.help else "")


def _tags(rule: str) -> Iterator[types.DiagnosticTag]:
    words = frozenset(rule.split("-"))
    return (tag for tag, signs in _TAGS.items() if not words.isdisjoint(signs))
