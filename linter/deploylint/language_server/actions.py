"""Code actions: make a fix, make all safe ones, silence a finding."""

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types

from deploylint import suppression
from deploylint.dataclass import dataclass
from deploylint.diagnostic import Edit, Safety
from deploylint.language_server.diagnostics import SOURCE, Findings, Shown
from deploylint.language_server.folder import is_safe_in
from deploylint.language_server.positions import Positions
from deploylint.language_server.silencing import silencing
from deploylint.language_server.workspace import OpenFile, Workspace
from deploylint.report.visible import visible
from deploylint.source import Location, Span

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"
KINDS = [types.CodeActionKind.QuickFix, FIX_ALL]


@dataclass(frozen=True, slots=True)
class Client:
    """How the editor wants its answers: positions, edits with versions, edits handed in when an action is chosen."""

    positions: Positions
    versioned_edits: bool
    late_edits: bool


def actions(
    file: OpenFile, wanted: types.CodeActionParams, findings: Findings, workspace: Workspace, client: Client
) -> list[types.CodeAction]:
    """What can be done at a place of an open file."""
    found = findings.of(file.folder).get(file.path, [])
    only = wanted.context.only
    offered: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix, only) and (document := file.folder.document(file.path)):
        chosen = client.positions.span(document.source, wanted.range)
        here = [one for one in found if _touches(one.diagnostic.at.span, chosen)]
        offered += _fixes(here, file, workspace, client)
        offered += _silencings(here, file, workspace, client)
    fixes = (one.diagnostic.finding.fix for one in found)
    if _is_wanted(FIX_ALL, only) and any(fix and is_safe_in(fix, file.path) for fix in fixes):
        action = types.CodeAction(
            "Make all safe fixes of deploylint in this file", kind=FIX_ALL, data={"uri": file.uri}
        )
        offered.append(action if client.late_edits else resolved(action, workspace, client))
    return offered


def resolved(action: types.CodeAction, workspace: Workspace, client: Client) -> types.CodeAction:
    """The action with its edits."""
    uri = action.data.get("uri") if isinstance(action.data, dict) else None
    file = workspace.file(uri) if isinstance(uri, str) else None
    if action.kind != FIX_ALL or file is None:
        return action
    new = file.folder.mended(file.path)
    document = file.folder.document(file.path)
    if new is not None and document is not None:
        edit = _smallest(document.source.location(0, len(document.source.text)), new)
        action.edit = _workspace_edit([edit], file, workspace, client)
    return action


def _fixes(
    found: Iterable[Shown], file: OpenFile, workspace: Workspace, client: Client
) -> Iterator[types.CodeAction]:
    for one in found:
        fix, words = one.diagnostic.finding.fix, one.words.finding.fix
        # A fix that would write a secret has no words.
        if fix is None or words is None or not fix.edits:
            continue
        safe = fix.safety is Safety.SAFE
        title = visible(words.title)
        yield types.CodeAction(
            title=title[:1].upper() + title[1:] + ("" if safe else " (unsafe: it changes what works)"),
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[one.item],
            is_preferred=safe,
            edit=_workspace_edit(fix.edits, file, workspace, client),
        )


def _silencings(
    found: Iterable[Shown], file: OpenFile, workspace: Workspace, client: Client
) -> Iterator[types.CodeAction]:
    document = file.folder.document(file.path)
    subjects = {rule.name: rule.subject for rule in file.folder.outcome().rules}
    for one in found:
        if document is None or subjects.get(one.diagnostic.rule) == suppression.SUBJECT:
            continue
        edit = silencing(document, one.diagnostic)
        if edit is not None:
            yield types.CodeAction(
                title=f"Ignore {one.diagnostic.rule} here",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[one.item],
                is_preferred=False,
                edit=_workspace_edit([edit], file, workspace, client),
            )


def _workspace_edit(
    edits: Iterable[Edit], file: OpenFile, workspace: Workspace, client: Client
) -> types.WorkspaceEdit:
    by_path: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        text_edit = types.TextEdit(client.positions.of(edit.at), edit.replacement)
        by_path.setdefault(edit.at.path, []).append(text_edit)
    if not client.versioned_edits:
        return types.WorkspaceEdit(
            changes={workspace.uri(file.folder, path): edits for path, edits in by_path.items()}
        )
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for path, text_edits in by_path.items():
        opened = workspace.opened(file.folder, path)
        identifier = types.OptionalVersionedTextDocumentIdentifier(
            workspace.uri(file.folder, path), opened.version if opened else None
        )
        changes.append(types.TextDocumentEdit(identifier, list(text_edits)))
    return types.WorkspaceEdit(document_changes=changes)


def _smallest(at: Location, new: str) -> Edit:
    """The edit of a whole text without the beginning and the end that stay."""
    old = at.source.text
    limit = min(len(old), len(new))
    start = next((index for index in range(limit) if old[index] != new[index]), limit)
    same = next(
        (count for count in range(limit - start) if old[-1 - count] != new[-1 - count]), limit - start
    )
    return Edit(at.source.location(start, len(old) - same), new[start : len(new) - same])


def _touches(span: Span, chosen: Span) -> bool:
    return span.start <= chosen.end and chosen.start <= span.end


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(kind == one or kind.startswith(f"{one}.") for one in only)
