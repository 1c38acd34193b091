"""All nginx files of a project with the includes that join them."""

from collections.abc import Iterable, Iterator, Sequence
from posixpath import dirname

from deploylint.document import Chain
from deploylint.formats.nginx.contexts import guess, within
from deploylint.formats.nginx.includes import Included, Resolver, Site, home, includes_of
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.tree import Tree
from deploylint.typed import Any

_MOST_PLACES = 16
MOST_LEVELS = 64
_MOST_STATEMENTS = 20_000
# Levels of so few statements are made again rather than kept, unless they are among so many that were asked for last.
_FEW_STATEMENTS = 64
_MOST_SMALL_LEVELS = 2048

Body = Block | File


class Level:
    """What holds in one block or file, included files in place. `complete` is False when something is missing."""

    __slots__ = ("_variables", "complete", "directives")

    def __init__(self, directives: dict[str, list[Statement]]) -> None:
        self.directives = directives
        self.complete = True
        self._variables: dict[str, list[Statement]] | None = None

    def get(self, name: str) -> list[Statement]:
        return self.directives.get(name, [])

    def lacks(self, names: Sequence[str]) -> bool:
        """Whether none of the names is there."""
        return self.directives.keys().isdisjoint(names)

    def among(self, names: Sequence[str]) -> list[Statement]:
        """The directives of several names, in the order of the names."""
        if self.lacks(names):
            return []
        return [statement for name in names for statement in self.directives.get(name, ())]

    def sets(self, variable: str) -> list[Statement]:
        """The `set` directives that give a variable, named in small letters, its value here."""
        if self._variables is None:
            self._variables = {}
            for statement in self.get("set"):
                if len(statement.values) == 2:
                    name = statement.values[0].lower().removeprefix("$")
                    self._variables.setdefault(name, []).append(statement)
        return self._variables.get(variable, [])


class Configuration:
    """The files, who includes whom, and in which contexts each file stands."""

    def __init__(self, files: Sequence[File], tree: Tree) -> None:
        self.given = files  # the very sequence, by which the next question is recognised without comparing
        self.files = tuple(files)
        self._included: dict[int, Included] = {}
        self._sites: dict[int, list[Site]] = {}
        self._levels: dict[int, Level] = {}
        self._small_levels: dict[int, Level] = {}
        self._contexts: dict[int, list[str | None]] = {}
        self._by_id: dict[int, File] = {}
        # What was worked out about all files together, by who worked it out.
        self.memo: dict[str, Any] = {}
        # What `scope` was asked last, by blocks and files.
        self.asked: dict[int, list[Any]] = {}
        self._resolve(Resolver(files, tree))
        self._place()

    def included(self, include: Statement) -> Included:
        """What an `include` statement of one of the files brings in."""
        return self._included.get(id(include), Included((), known=False))

    def every_file(self) -> Iterator[File]:
        """The files and those they include, wherever these were found."""
        yield from self._by_id.values()

    def sites(self, file: File) -> Sequence[Site]:
        """Where the file is included."""
        return self._sites.get(id(file), ())

    def contexts(self, file: File) -> Sequence[str | None]:
        """The contexts that the file's own statements stand in: those of its includes, or the one that suits it.

        None is the inside of a block whose statements are no directives.
        """
        known = self._contexts.get(id(file))
        if known is None:
            known = self._contexts[id(file)] = [guess(file)]
        return known

    def context(self, file: File, chain: Chain) -> str | None:
        """The context of a place in a file; of a file that is included several times, where it is first."""
        return within(self.contexts(file)[0], chain)

    def root(self, file: File) -> File:
        """The file that includes it, directly or through others; the first one where there are several."""
        seen: set[int] = set()
        while (sites := self.sites(file)) and id(file) not in seen:
            seen.add(id(file))
            file = sites[0].file
        return file

    def instance(self, file: File) -> str:
        """Identifies the configuration that a file belongs to: files of one nginx have the same."""
        return home(self.root(file).path)

    def level(self, body: Body) -> Level:
        """The directives of a block or file with those of the files that it includes."""
        at = id(body)
        try:
            return self._small_levels[at]
        except KeyError:
            level = self._levels.get(at)
        if level is None:
            level, count = self._expand(body)
            if count > _FEW_STATEMENTS:
                self._levels[at] = level
            else:
                if len(self._small_levels) == _MOST_SMALL_LEVELS:
                    self._small_levels.clear()
                self._small_levels[at] = level
        return level

    def places(self, file: File, chain: Chain) -> Iterable[list[Body]]:
        """The blocks around a place from the inside out, then the file that is not included any more.

        Once for each way in which the file is included, up to a limit.
        """
        if self.sites(file):
            return self._included_places(file, chain)
        return ([*_blocks(chain), file][:MOST_LEVELS],)

    def _included_places(self, file: File, chain: Chain) -> Iterator[list[Body]]:
        pending: list[tuple[File, list[Body], frozenset[int]]] = [(file, _blocks(chain), frozenset())]
        for _ in range(_MOST_PLACES * 4):
            if not pending:
                return
            outer, bodies, seen = pending.pop(0)
            sites = [site for site in self.sites(outer) if id(site.file) not in seen][:_MOST_PLACES]
            if not sites:
                yield [*bodies, outer][:MOST_LEVELS]
            pending += [(site.file, [*bodies, *_blocks(site.chain)], seen | {id(outer)}) for site in sites]

    def _resolve(self, resolver: Resolver) -> None:
        pending = list(self.files)
        while pending:
            file = pending.pop()
            if id(file) in self._by_id:
                continue
            self._by_id[id(file)] = file
            for include, chain in includes_of(file):
                included = resolver.resolve(include, _bases(file))
                self._included[id(include)] = included
                for other in included.files:
                    self._sites.setdefault(id(other), []).append(Site(file, chain))
                    pending.append(other)

    def _place(self) -> None:
        """Hand the contexts down from the files that nobody includes."""
        pending = [(file, guess(file)) for file in self._by_id.values() if not self.sites(file)]
        queue: list[tuple[File, str | None]] = list(pending)
        while queue:
            file, context = queue.pop()
            known = self._contexts.setdefault(id(file), [])
            if context in known:
                continue
            known.append(context)
            for include, chain in includes_of(file):
                here = within(context, chain)
                queue += [(other, here) for other in self.included(include).files]

    def _expand(self, body: Body) -> tuple[Level, int]:
        """What holds in a block or file, and how many statements were looked at for it."""
        directives: dict[str, list[Statement]] = {}
        for statement in body.children:
            name = statement.name
            if name in directives:
                directives[name].append(statement)
            else:
                directives[name] = [statement]
        return self._joined(body) if "include" in directives else (Level(directives), len(body.children))

    def _joined(self, body: Body) -> tuple[Level, int]:
        """The same for a body that includes files."""
        level = Level({})
        directives = level.directives
        pending: list[Iterator[Statement]] = [iter(body.children)]
        count, most = 0, _MOST_STATEMENTS + len(body.children)
        while pending:
            for statement in pending[-1]:
                count += 1
                if count > most:
                    level.complete = False
                    return level, count
                name = statement.name
                if name != "include":
                    directives.setdefault(name, []).append(statement)
                    continue
                included = self.included(statement)
                level.complete = level.complete and included.known
                if included.files and len(pending) < 32:
                    pending.append(child for file in included.files for child in file.children)
                    break
            else:
                pending.pop()
        return level, count


def _blocks(chain: Chain) -> list[Body]:
    blocks: list[Body] = []
    while chain and len(blocks) < MOST_LEVELS:
        blocks.append(chain[0])
        chain = chain[1]
    return blocks


def _bases(file: File) -> list[str]:
    """Relative includes are relative to the main file's folder, which is the file's own or its configuration's."""
    folder, at_home = dirname(file.path), home(file.path)
    main = any(child.name in {"http", "events", "stream", "mail"} for child in file.children)
    return [folder] if main or folder == at_home else [at_home, folder]


def configuration(files: Sequence[File], tree: Tree) -> Configuration:
    """The configuration of these files; worked out once for the same files."""
    if not files:
        return Configuration(files, tree)
    kept = files[0].memo.get("configuration")
    if isinstance(kept, Configuration) and (kept.given is files or kept.files == tuple(files)):
        kept.given = files
        return kept
    made = Configuration(files, tree)
    files[0].memo["configuration"] = made
    return made
