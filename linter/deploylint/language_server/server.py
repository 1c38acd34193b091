"""The server: what the editor tells and asks, handed to the modules that know; one thing after the other.

A handler that fails becomes a line in the editor's log. Nothing but the protocol goes to standard output.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from io import BufferedIOBase
from typing import Any, BinaryIO, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcServerNotInitialized
from pygls.lsp.server import LanguageServer

from deploylint.commands.status import CLEAN, FAILURE
from deploylint.language_server import actions, completion, definition, hover
from deploylint.language_server.actions import Client
from deploylint.language_server.diagnostics import Findings
from deploylint.language_server.languages import Place
from deploylint.language_server.positions import Positions
from deploylint.language_server.protocol import Protocol
from deploylint.language_server.workspace import Workspace
from deploylint.report.visible import visible
from deploylint.version import __version__

DELAY = 0.15
"""Seconds without a change after which findings are published."""

_ALL_FILES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)
NOT_SHUT_DOWN = 1
"""The exit status, by the protocol, of a server that was told to exit without a request to shut down."""


class _Server(LanguageServer):
    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002  what failed is in the error
        """What cannot be answered goes to the editor's log, not into its user's face."""
        self.log(f"not understood: {type(error).__name__}: {error}")

    def log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, visible(message)))


class _Output(BufferedIOBase):
    """The pipe to the editor. When nobody reads it any more the process ends: its input may stay open for ever."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe

    def write(self, data: Any) -> int:
        try:
            written = self._pipe.write(data)
            self._pipe.flush()
        except BrokenPipeError:
            os._exit(FAILURE)
        return written

    def close(self) -> None:
        self._pipe.close()


def serve(extra_packs: tuple[str, ...]) -> int:
    """Serve over standard input and output, with rule packs besides the installed ones; the result is the exit status."""
    for name in ("pygls", "asyncio"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    output = _Output(os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    # Whatever anybody prints must not end up between two messages.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    session = Session(extra_packs)
    session.server.start_io(sys.stdin.buffer, cast("BinaryIO", output))
    return CLEAN if session.is_shut_down else NOT_SHUT_DOWN


class Session:
    """One editor."""

    def __init__(self, extra_packs: tuple[str, ...]) -> None:
        sync = types.TextDocumentSyncKind.Incremental
        self.server = _Server("deploylint", __version__, sync, protocol_cls=Protocol)
        self.is_shut_down = False
        self._workspace = Workspace(extra_packs)
        self._client: Client | None = None
        self._positions = Positions(types.PositionEncodingKind.Utf16)
        self._findings = Findings(self._workspace, self._positions)
        self._timer: asyncio.TimerHandle | None = None
        self._logged: set[str] = set()
        self._shown: set[str] = set()
        for name, method, options in self._features():
            self._register(name, method, options)

    def _features(self) -> Sequence[tuple[str, Callable[[Any], Any], Any]]:
        return (
            (types.INITIALIZE, self._initialize, None),
            (types.INITIALIZED, self._initialized, None),
            (types.SHUTDOWN, self._shutdown, None),
            (types.TEXT_DOCUMENT_DID_OPEN, self._opened, None),
            (types.TEXT_DOCUMENT_DID_CHANGE, self._changed, None),
            (types.TEXT_DOCUMENT_DID_CLOSE, self._closed, None),
            (types.TEXT_DOCUMENT_DID_SAVE, self._saved, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._changed_on_disk, None),
            (types.WORKSPACE_DID_CREATE_FILES, self._created_or_deleted, _ALL_FILES),
            (types.WORKSPACE_DID_RENAME_FILES, self._renamed, _ALL_FILES),
            (types.WORKSPACE_DID_DELETE_FILES, self._created_or_deleted, _ALL_FILES),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._changed_folders, None),
            (
                types.TEXT_DOCUMENT_CODE_ACTION,
                self._actions,
                types.CodeActionOptions(code_action_kinds=actions.KINDS, resolve_provider=True),
            ),
            (types.CODE_ACTION_RESOLVE, self._resolved, None),
            (types.TEXT_DOCUMENT_HOVER, self._hover, None),
            (
                types.TEXT_DOCUMENT_COMPLETION,
                self._completion,
                types.CompletionOptions(trigger_characters=list("=[%$-.")),
            ),
            (types.TEXT_DOCUMENT_DEFINITION, self._definition, None),
        )

    def _register(self, name: str, method: Callable[[Any], Any], options: Any) -> None:
        def handler(params: Any) -> Any:
            if self._client is None and name not in (types.INITIALIZE, types.SHUTDOWN):
                raise JsonRpcServerNotInitialized
            return self._guarded(method, params)

        self.server.feature(name, options)(handler)

    def _guarded(self, method: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return method(*arguments)
        except Exception as error:  # noqa: BLE001  whatever breaks, the next keystroke may be fine
            self._log(f"internal error: {type(error).__name__}: {error}")
            return None

    def _log(self, message: str) -> None:
        """Tell once: a rule that crashes does so at each keystroke."""
        if message not in self._logged:
            self._logged.add(message)
            self.server.log(message)

    def _initialize(self, params: types.InitializeParams) -> None:
        capabilities = params.capabilities
        edits = capabilities.workspace and capabilities.workspace.workspace_edit
        action = capabilities.text_document and capabilities.text_document.code_action
        late = action and action.resolve_support and "edit" in action.resolve_support.properties
        encoding = self.server.workspace.position_encoding
        self._positions = Positions(encoding or types.PositionEncodingKind.Utf16)
        self._findings = Findings(self._workspace, self._positions)
        self._client = Client(
            self._positions,
            versioned_edits=bool(edits and edits.document_changes),
            late_edits=bool(late),
        )
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if params.workspace_folders is None and self.server.workspace.root_uri:
            folders = [self.server.workspace.root_uri]
        self._workspace.set_folders(folders)

    def _initialized(self, _params: types.InitializedParams) -> None:
        self._watch_files()
        self._soon(0)

    def _watch_files(self) -> None:
        workspace = self.server.client_capabilities.workspace
        watched = workspace and workspace.did_change_watched_files
        if not (watched and watched.dynamic_registration):
            return
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*")])
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        self.server.client_register_capability(
            types.RegistrationParams([types.Registration("files", method, options)])
        )

    def _shutdown(self, _params: None) -> None:
        self.is_shut_down = True
        if self._timer is not None:
            self._timer.cancel()

    def _opened(self, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        self._workspace.open(document.uri, document.version, document.text)
        self._soon()

    def _changed(self, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        file = self._workspace.file(document.uri)
        if file is not None:
            text = self._positions.changed(file.text, params.content_changes)
            self._workspace.change(document.uri, document.version, text)
            self._soon()

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        self._workspace.close(params.text_document.uri)
        self._soon()

    def _saved(self, params: types.DidSaveTextDocumentParams) -> None:
        if self._workspace.changed_on_disk([(params.text_document.uri, False)]):
            self._soon()

    def _changed_on_disk(self, params: types.DidChangeWatchedFilesParams) -> None:
        changed = types.FileChangeType.Changed
        if self._workspace.changed_on_disk((one.uri, one.type != changed) for one in params.changes):
            self._soon()

    def _created_or_deleted(self, params: types.CreateFilesParams | types.DeleteFilesParams) -> None:
        if self._workspace.changed_on_disk((file.uri, True) for file in params.files):
            self._soon()

    def _renamed(self, params: types.RenameFilesParams) -> None:
        names = [uri for file in params.files for uri in (file.old_uri, file.new_uri)]
        if self._workspace.changed_on_disk((uri, True) for uri in names):
            self._soon()

    def _changed_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        event = params.event
        self._workspace.change_folders(
            [folder.uri for folder in event.added], [folder.uri for folder in event.removed]
        )
        self._soon()

    def _soon(self, delay: float = DELAY) -> None:
        """Publish what is found when nothing has changed for a moment."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay, self._guarded, self._publish)

    def _publish(self) -> None:
        for params in self._findings.changes():
            self.server.text_document_publish_diagnostics(params)
        complaints = set()
        for folder in self._workspace.folders:
            if folder.complaint is not None:
                complaints.add(f"deploylint: {folder.complaint}")
            for problem in folder.outcome().report.problems:
                self._log(f"{problem.path}: {problem.message}" if problem.path else problem.message)
        for message in sorted(complaints - self._shown):
            self.server.window_show_message(
                types.ShowMessageParams(types.MessageType.Error, visible(message))
            )
        self._shown = complaints

    def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        file = self._workspace.file(params.text_document.uri)
        if file is None or self._client is None:
            return None
        return actions.actions(file, params, self._findings, self._workspace, self._client)

    def _resolved(self, action: types.CodeAction) -> types.CodeAction:
        return action if self._client is None else actions.resolved(action, self._workspace, self._client)

    def _hover(self, params: types.HoverParams) -> types.Hover | None:
        place = self._place(params)
        return hover.hover(place, self._positions) if place else None

    def _completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        place = self._place(params)
        return completion.completion(place, self._positions) if place else None

    def _definition(self, params: types.DefinitionParams) -> list[types.Location] | None:
        place = self._place(params)
        file = self._workspace.file(params.text_document.uri)
        if place is None or file is None:
            return None
        return definition.definition(place, self._positions, file.folder, self._workspace)

    def _place(
        self, params: types.HoverParams | types.CompletionParams | types.DefinitionParams
    ) -> Place | None:
        """What the editor points at; None in a file that is not deploylint's."""
        file = self._workspace.file(params.text_document.uri)
        document = file.folder.document(file.path) if file else None
        if file is None or document is None:
            return None
        return Place(file.folder.project, document, self._positions.offset(document.source, params.position))
