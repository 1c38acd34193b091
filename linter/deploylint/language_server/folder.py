"""One folder of the editor's workspace: the project on the disk with what is open in the place of its files.

Paths are relative to the folder, as on a command line in it; the process works from the folder in hand. Documents of
texts that did not change are kept, so that a keystroke costs the parsing of one file.
"""

import os
from collections.abc import Collection

from deploylint import repair, run
from deploylint.dataclass import dataclass
from deploylint.diagnostic import Fix, Safety
from deploylint.discovery import Found, is_excluded
from deploylint.document import Document
from deploylint.gitignore import Ignore
from deploylint.packs import PackError, RuleName
from deploylint.project import Project
from deploylint.recognition import could_be_ours, recognise
from deploylint.run import Assembled, Outcome, Request
from deploylint.settings import FILE_NAME, Settings, SettingsError, find, load
from deploylint.source import Source
from deploylint.tree import Indexed, MemoryTree, OverlayTree, Tree

_SETTINGS = (FILE_NAME, "pyproject.toml", ".gitignore")
_LONGEST_KEPT = 200_000
"""Longer texts of files that are no documents are read again when somebody asks."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What the disk held when it was last looked at. `complaint` tells why the settings are not those of the folder."""

    found: Found
    tree: "Remembering"
    request: Request
    names: tuple[RuleName, ...]
    complaint: str | None = None


class Folder:
    """`root` is its path as the editor writes it."""

    def __init__(self, root: str, extra_packs: tuple[str, ...] = ()) -> None:
        self.root = root
        self._extra_packs = extra_packs
        self._real = os.path.realpath(root)
        self._buffers: dict[str, Source] = {}
        self._scan: Scan | None = None
        self._settings = Settings()
        self._kinds: dict[str, str] = {}
        self._sources: dict[str, Source] = {}
        self._tree: Tree = MemoryTree([])
        self._documents: dict[str, Document] = {}
        self._assembled: Assembled | None = None
        self._outcome: Outcome | None = None

    def relative(self, path: str) -> str | None:
        """The name of a file in this folder, links followed as far as they stay in it; None for one outside."""
        real = os.path.realpath(path)
        for root, inside in ((self._real, real), (self.root, path)):
            if inside.startswith(root.rstrip("/") + "/"):
                return os.path.relpath(inside, root)
        return None

    def absolute(self, path: str) -> str:
        """The opposite, as the editor would write it."""
        return os.path.normpath(os.path.join(self.root, path))  # noqa: PTH118

    def put(self, path: str, text: str) -> None:
        """Take a text in the place of the file's."""
        known = self._sources.get(path)
        if known is not None and known.text == text:
            self._buffers[path] = known
            return
        self._buffers[path] = source = Source(path, text)
        self._enter()
        before, kind = self._kinds.get(path), self._kind(source)
        if self._scan is None or kind is None or kind != before:
            self._arrange()
        else:
            self._sources[path] = source
            self._forget()

    def drop(self, path: str) -> None:
        """Take the file's own text again."""
        if self._buffers.pop(path, None) is not None:
            self.rescan()

    def concerns(self, path: str, *, is_new_or_gone: bool) -> bool:
        """Whether a change of a file on the disk may change what is found: logs are written all the time."""
        if self._scan is None:
            return True
        self._enter()
        settings = self._scan.request.settings
        name = os.path.basename(path)  # noqa: PTH119
        if name in _SETTINGS or name == os.path.basename(settings.baseline or ""):  # noqa: PTH119
            return True
        if path in self._buffers or is_excluded(path, Ignore((".",), settings.exclude, settings.base)):
            return False
        return is_new_or_gone or could_be_ours(path) or self._scan.tree.was_read(path)

    def rescan(self) -> None:
        """Look at the disk again when somebody asks next."""
        self._scan = None
        self._forget()

    @property
    def complaint(self) -> str | None:
        """What is wrong with the folder or its settings; then the last good settings hold."""
        return self._scanned().complaint

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._assemble().project

    def outcome(self) -> Outcome:
        """What the rules say of it."""
        if self._outcome is None:
            read, scan = self._assemble(), self._scanned()
            self._outcome = run.judge(read, self._found(scan), scan.request, scan.names)
        return self._outcome

    def document(self, path: str) -> Document | None:
        """A file as it was parsed; None for one that is not deploylint's."""
        self._assemble()
        known = self._documents.get(path)
        return known if known is not None and known.source is self._sources.get(path) else None

    def mended(self, path: str) -> str | None:
        """A file's text after every safe fix that changes no other file; None where there is nothing to mend."""
        scan = self._scanned()
        self._assemble()
        repaired = repair.mended(
            self._found(scan),
            self._tree,
            scan.request,
            scan.names,
            wanted=lambda fix: is_safe_in(fix, path),
            parse=self._parsed,
        )
        return repaired.changed[path][1] if path in repaired.changed else None

    def _assemble(self) -> Assembled:
        scan = self._scanned()
        if self._assembled is None:
            self._assembled = run.assembled(self._found(scan), self._tree, scan.request, self._document)
        return self._assembled

    def _found(self, scan: Scan) -> Found:
        sources = [(self._sources[path], self._kinds[path]) for path in sorted(self._kinds)]
        return Found(sources, scan.found.problems, scan.found.named)

    def _document(self, source: Source, kind: str) -> Document:
        """The document of one of the folder's own texts."""
        known = self._documents.get(source.path)
        if known is None or known.source is not source:
            known = self._documents[source.path] = run.parsed(source, kind)
        return known

    def _parsed(self, source: Source, kind: str) -> Document:
        """The same for texts that a fix makes, which are not kept."""
        known = self._documents.get(source.path)
        return known if known is not None and known.source is source else run.parsed(source, kind)

    def _scanned(self) -> Scan:
        # Every question comes through here: the paths of whatever is asked next are relative to the folder.
        self._enter()
        if self._scan is None:
            self._scan = self._look()
            self._arrange()
        return self._scan

    def _enter(self) -> None:
        os.chdir(self._real)

    def _look(self) -> Scan:
        try:
            file = find(".")
            settings = load(file) if file else Settings()
            scan = self._prepared(settings)
        except (SettingsError, PackError) as error:
            return self._prepared(self._settings, str(error))
        self._settings = settings
        return scan

    def _prepared(self, settings: Settings, complaint: str | None = None) -> Scan:
        request = Request(
            paths=(".",),
            settings=settings,
            roots=(".",),
            force_exclude=True,
            extra_packs=self._extra_packs,
        )
        found, tree, request, names = run.prepared(request)
        return Scan(found, Remembering(tree), request, tuple(names), complaint)

    def _arrange(self) -> None:
        """Put together files and buffers. What a text that is no document says may be remembered in documents."""
        if self._scan is None:
            return
        before = self._sources
        self._documents.clear()
        self._forget()
        self._kinds = {source.path: kind for source, kind in self._scan.found.sources}
        self._sources = {
            source.path: _same(before.get(source.path), source) for source, _ in self._scan.found.sources
        }
        self._sources.update(self._buffers)
        for path, source in self._buffers.items():
            kind = self._kind(source)
            if kind is None:
                self._kinds.pop(path, None)
            else:
                self._kinds[path] = kind
        self._tree = OverlayTree(self._scan.tree, self._sources)

    def _kind(self, source: Source) -> str | None:
        """The format of an open file; None for what a run over the folder would leave alone."""
        if self._scan is None or not could_be_ours(source.path):
            return None
        settings = self._scan.request.settings
        if source.path not in self._kinds and is_excluded(
            source.path, Ignore((".",), settings.exclude, settings.base)
        ):
            return None
        return recognise(source.path, source.text)

    def _forget(self) -> None:
        self._assembled = None
        self._outcome = None


class LooseFile(Folder):
    """A file outside of all folders: it is checked by itself, and nothing around it is read."""

    def __init__(self, extra_packs: tuple[str, ...] = ()) -> None:
        super().__init__("/", extra_packs)

    def _look(self) -> Scan:
        found = Found(named=set(self._buffers))
        alone = Request(paths=(), roots=("/",), force_exclude=True, extra_packs=self._extra_packs)
        try:
            _, _, request, names = run.prepared(alone)
        except PackError as error:
            return Scan(found, Remembering(MemoryTree([])), Request(paths=()), (), str(error))
        return Scan(found, Remembering(MemoryTree([])), request, tuple(names))

    def _kind(self, source: Source) -> str | None:
        return recognise(source.path, source.text)


def is_safe_in(fix: Fix, path: str) -> bool:
    """Whether a fix changes nothing that works, and no other file."""
    return fix.safety is Safety.SAFE and all(edit.at.path == path for edit in fix.edits)


def _same(before: Source | None, now: Source) -> Source:
    return before if before is not None and before.text == now.text else now


class Remembering(Indexed):
    """A tree that reads a file once: rules ask for the same manifests and modules again and again."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._asked: set[str] = set()
        self._read: dict[str, Source | None] = {}

    @property
    def files(self) -> Collection[str]:  # type: ignore[override]
        return self._tree.files

    @property
    def folders(self) -> Collection[str]:  # type: ignore[override]
        return self._tree.folders

    def read(self, path: str) -> Source | None:
        if path in self._read:
            return self._read[path]
        self._asked.add(path)
        source = self._tree.read(path)
        if source is None or len(source.text) <= _LONGEST_KEPT:
            self._read[path] = source
        return source

    def was_read(self, path: str) -> bool:
        """Whether somebody wanted to know what a file says, if it was there."""
        return path in self._asked
