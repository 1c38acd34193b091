"""Lint a corpus and draw findings to be read by eye: `python scripts/draw_findings.py CORPUS --seed 1`.

CORPUS holds files by kind and `manifest.json`, a list of {"file": KIND/REPOSITORY/PATH, "origin":
"github:owner/name@commit:path" or "deb:package=version:path"}. The files of one repository are linted together under
the paths that they have there, with the rules that a plain run has. Prints how many findings a file has on average,
the rules that find something in more than one file of ten of the formats that they find anything in, and a draw as
rows of a Markdown table. The same seed draws the same findings.
"""

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from deploylint import engine, formats, packs, suppression
from deploylint.diagnostic import Diagnostic, Severity
from deploylint.discovery import read_text
from deploylint.document import Document
from deploylint.project import Project
from deploylint.recognition import recognise
from deploylint.rule import Rule
from deploylint.source import Source
from deploylint.tree import MemoryTree

# Left out: seeds of a fuzzer, and the tests of a linter, pairs of a file that is made to be wrong and one that is not.
LEFT_OUT = ("systemd-fuzz/", "nginx/walf443__nginx-lint/")
_ORIGIN = re.compile(r"github:([^@]++)@\w++:(.++)|deb:([^=:]++)(?:=(?:\d++:)?[^:]++)?:/?(.++)")
# An older version of a file lies in a folder of its own, which its origin does not name: deploy/v1/uwsgi.ini.
_OLDER = re.compile(r"(?:.*/)?(v\d++)/[^/]++")


def repositories(corpus: Path) -> dict[str, list[Source]]:
    """Name of each repository or package -> its files under their own paths.

    Older versions of files are linted apart, as a repository with the version behind its name. What is there in
    one version only stands with the newest ones, wherever it lies.
    """
    found: dict[str, dict[str, Source]] = defaultdict(dict)
    for entry in json.loads((corpus / "manifest.json").read_text(encoding="utf-8")):
        file = entry["file"]
        if file.startswith(LEFT_OUT):
            continue
        match = _ORIGIN.fullmatch(entry["origin"])
        if match is None:
            raise SystemExit(f"not an origin: {entry['origin']}")
        repository, path = match[1] or match[3], match[2] or match[4]
        older = None if file.split("/", 2)[2] == path else _OLDER.fullmatch(file)
        name = f"{repository} {older[1]}" if older else repository
        found[name][path] = Source(path, read_text(str(corpus / file)))
    for name in sorted(found):
        newest = found[name.partition(" ")[0]]
        for path in found[name].keys() - newest.keys():
            newest[path] = found[name].pop(path)
    return {name: [files[path] for path in sorted(files)] for name, files in found.items() if files}


def documents(sources: list[Source]) -> Iterator[Document]:
    for source in sources:
        kind = recognise(source.path, source.text)
        if kind is not None:
            yield formats.load(kind).parse(source)


def lint(sources: list[Source], rules: list[Rule]) -> tuple[list[Document], list[Diagnostic]]:
    """The files that are read, and what a plain run finds in them."""
    read = list(documents(sources))
    found, problems = engine.check(Project(read, MemoryTree(sources)), rules)
    if problems:
        raise SystemExit(f"a rule failed: {problems[0].message}")
    kept, _ = suppression.silence(found, suppression.read(read, lambda name: name))
    return read, kept


def frequent(findings: list[tuple[str, Diagnostic]], formats_of: dict[tuple[str, str], str]) -> Iterator[str]:
    """The rules that find something in more than one file of ten of one format."""
    sizes = Counter(formats_of.values())
    touched: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for repository, found in findings:
        file = repository, found.at.source.path
        touched[found.rule, formats_of.get(file, "?")].add(file)
    for (rule, kind), files in sorted(touched.items()):
        if len(files) > sizes[kind] / 10:
            yield f"{rule}: {len(files)} of {sizes[kind]} files of {kind}"


def row(number: int, repository: str, found: Diagnostic) -> str:
    message = found.finding.message.replace("|", "\\|")
    return f"| {number} | {repository} | {found.at.source.path}:{found.at.start.line} | `{found.rule}` | {message} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=50)
    wanted = parser.parse_args()
    names = packs.rule_names(packs.installed_packs())
    rules = [rule for rule in (name.load() for name in names) if not rule.pedantic]
    findings: list[tuple[str, Diagnostic]] = []
    formats_of: dict[tuple[str, str], str] = {}
    for repository, sources in sorted(repositories(wanted.corpus).items()):
        read, found = lint(sources, rules)
        formats_of |= {(repository, document.path): document.format for document in read}
        findings += [(repository, one) for one in found]
    without_notes = sum(found.severity is not Severity.NOTE for _, found in findings)
    size = len(formats_of)
    print(f"{len(findings)} findings in {size} files: {len(findings) / size:.2f} a file")
    print(f"without notes {without_notes}: {without_notes / size:.2f} a file\n")
    print("\n".join(frequent(findings, formats_of)), end="\n\n")
    drawn = random.Random(wanted.seed).sample(findings, min(wanted.count, len(findings)))  # noqa: S311  a draw that can be repeated
    print("\n".join(row(number, *one) for number, one in enumerate(drawn, 1)))


if __name__ == "__main__":
    main()
