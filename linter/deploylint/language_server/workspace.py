"""What the editor has: folders, open files, and which folder a file belongs to."""

from collections.abc import Iterable, Iterator

from deploylint.dataclass import dataclass
from deploylint.language_server.addresses import path_of, uri_of
from deploylint.language_server.folder import Folder, LooseFile


@dataclass(slots=True)
class OpenFile:
    """A file that the editor has open. `path` is relative to the folder; `uri` is written as the editor does."""

    uri: str
    version: int | None
    folder: Folder
    path: str
    text: str


class Workspace:
    """All folders with their files. A file belongs to the innermost folder around it, or to none."""

    def __init__(self, extra_packs: tuple[str, ...] = ()) -> None:
        self._extra_packs = extra_packs
        self._folders: dict[str, Folder] = {}
        self._open: dict[str, OpenFile] = {}

    @property
    def folders(self) -> Iterator[Folder]:
        """The folders, then those of the files that belong to none."""
        yield from self._folders.values()
        yield from (file.folder for file in self._open.values() if isinstance(file.folder, LooseFile))

    @property
    def open_files(self) -> list[OpenFile]:
        return list(self._open.values())

    def set_folders(self, uris: Iterable[str]) -> None:
        """The folders from now on. Open files find their places anew."""
        roots = dict.fromkeys(path for uri in uris if (path := path_of(uri)) is not None)
        self._folders = {root: self._folders.get(root) or Folder(root, self._extra_packs) for root in roots}
        files, self._open = self.open_files, {}
        for folder in self._folders.values():
            for file in files:
                if file.folder is folder:
                    folder.drop(file.path)
        for file in files:
            self.open(file.uri, file.version, file.text)

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        gone = {path_of(uri) for uri in removed}
        kept = [uri_of(root) for root in self._folders if root not in gone]
        self.set_folders([*kept, *added])

    def open(self, uri: str, version: int | None, text: str) -> OpenFile | None:
        """A file with the text that the editor shows; None for what is no file of this machine."""
        path = path_of(uri)
        if path is None:
            return None
        folder, relative = self._place(path)
        file = OpenFile(uri, version, folder, relative, text)
        self._open[uri] = file
        folder.put(relative, text)
        return file

    def change(self, uri: str, version: int | None, text: str) -> OpenFile | None:
        file = self._open.get(uri)
        if file is None:
            return None
        file.version, file.text = version, text
        file.folder.put(file.path, text)
        return file

    def close(self, uri: str) -> OpenFile | None:
        file = self._open.pop(uri, None)
        if file is not None:
            file.folder.drop(file.path)
        return file

    def file(self, uri: str) -> OpenFile | None:
        return self._open.get(uri)

    def changed_on_disk(self, changes: Iterable[tuple[str, bool]]) -> bool:
        """Look again at the folders that some files concern; whether there is any.

        A change is the file's URI, and whether the file is new or gone.
        """
        found = False
        for uri, is_new_or_gone in changes:
            path = path_of(uri)
            owner = self._owner(path) if path is not None else None
            if owner is None:
                continue
            folder, relative = owner
            if folder.concerns(relative, is_new_or_gone=is_new_or_gone):
                folder.rescan()
                found = True
        return found

    def uri(self, folder: Folder, path: str) -> str:
        """The URI of a file of a folder, written as the editor does where it has the file open."""
        file = self.opened(folder, path)
        return file.uri if file else uri_of(folder.absolute(path))

    def opened(self, folder: Folder, path: str) -> OpenFile | None:
        """The open file that a folder's path names."""
        return next((f for f in self._open.values() if f.folder is folder and f.path == path), None)

    def owns(self, folder: Folder, path: str) -> bool:
        """Whether a file that a folder knows belongs to it, and not to a folder inside."""
        if len(self._folders) < 2 or isinstance(folder, LooseFile):
            return True
        owner = self._owner(folder.absolute(path))
        return owner is not None and owner[0] is folder

    def _place(self, path: str) -> tuple[Folder, str]:
        owner = self._owner(path)
        if owner is not None:
            return owner
        loose = LooseFile(self._extra_packs)
        return loose, loose.relative(path) or path

    def _owner(self, path: str) -> tuple[Folder, str] | None:
        for folder in sorted(self._folders.values(), key=lambda folder: -len(folder.root)):
            relative = folder.relative(path)
            if relative is not None:
                return folder, relative
        return None
