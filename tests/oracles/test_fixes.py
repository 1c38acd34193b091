"""Fixes, asked of the real programs: what they take they still take, and they object to nothing new.

The examples and specs of all rules; damaged files, a fifth of DEPLOYLINT_MUTANTS of them; and the public files in
DEPLOYLINT_CORPUS that their programs accept, mended one by one as `--fix` does, where a second run must find nothing
more to do. With unsafe fixes every file must still be read without new errors. Python files of the corpus are never
given to anything that would execute them.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from deploylint import Safety, Severity, documentation, packs, repair, run
from deploylint.discovery import Found
from deploylint.fixing import apply_edits
from deploylint.reading import read_text
from deploylint.recognition import recognise
from deploylint.settings import Settings
from deploylint.source import Source
from deploylint.tree import MemoryTree
from fix_cases import FIXING, changed, fixes_of, showing
from oracles.mutants import mutants
from oracles.takes import Nginx, Supervisor, Systemd, Uwsgi
from support import all_rules, check_sources

COUNT = int(os.environ.get("DEPLOYLINT_MUTANTS", "2000"))
CORPUS = Path(os.environ.get("DEPLOYLINT_CORPUS", ""))
REQUEST = run.Request((), Settings(pedantic=True))
NAMES = packs.all_names()
PROGRAMS = ("nginx", "supervisor", "systemd", "uwsgi")
needs_corpus = pytest.mark.skipif(
    "DEPLOYLINT_CORPUS" not in os.environ, reason="DEPLOYLINT_CORPUS names no folder"
)
each_program = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.oracle(name)) for name in PROGRAMS]
)


@pytest.fixture
def program(name, tmp_path, monkeypatch):
    match name:
        case "nginx":
            return Nginx(tmp_path / "nginx")
        case "supervisor":
            return Supervisor(tmp_path, monkeypatch)
        case "systemd":
            (tmp_path / "units").mkdir()
            return Systemd(tmp_path / "units")
        case _:
            return Uwsgi(tmp_path)


def worse(program, path, old, new):
    """What the program has against the new text and had not against the old one; None when it has nothing to say."""
    before = program.against(path, old)
    after = None if before is None else program.against(path, new)
    if before is None or after is None:
        return None
    return after - before if not before else frozenset() if len(after) <= len(before) else after - before


@each_program
def test_fixes_of_examples_and_specs(name, program):
    asked, refused = 0, []
    for rule in FIXING:
        for title, sources in showing(rule) if rule.subject == name else ():
            for fix in fixes_of(rule, sources):
                for old, new in zip(sources, changed(sources, fix), strict=True):
                    if old.text == new.text or "{{" in old.text or not is_of(name, old.path):
                        continue
                    found = worse(program, old.path, old.text, new.text)
                    asked += found is not None
                    refused += [(rule.name, title, found)] if found else []
    assert asked > {"nginx": 20, "supervisor": 20, "systemd": 40, "uwsgi": 20}[name]
    assert refused == []


@each_program
def test_safe_fixes_of_damaged_files(name, program):
    """What slips in by hand: whatever the program makes of a damaged file, a fix makes it no worse."""
    seeds = [
        sources[0]
        for rule in all_rules().values()
        if rule.subject == name
        and len(sources := documentation.read(rule.documentation).example("Use instead")) == 1
        and is_of(name, sources[0].path)
    ]
    damaged = [
        Source(seeds[number].path, text)
        for number, text in mutants([source.text for source in seeds], COUNT // 5, seed=7)
    ]
    asked, refused = 0, []
    for source in damaged:
        fixes = [one.finding.fix for one in check_sources([source]) if one.finding.fix]
        for fix in fixes:
            if fix.safety is Safety.SAFE and all(edit.at.path == source.path for edit in fix.edits):
                new = apply_edits(fix.edits)[source.path]
                found = worse(program, source.path, source.text, new)
                asked += found is not None
                refused += [(fix.title, source.text, new, found)] if found else []
    assert asked > COUNT // 200, asked
    assert refused == []


def is_of(name, path):
    return path.endswith(".ini") if name == "uwsgi" else True


def accepted(name):
    """The corpus files that their program takes as they stand; of uWSGI's it is asked when they changed."""
    if name == "uwsgi":
        return {path.relative_to(CORPUS).as_posix() for path in (CORPUS / name).rglob("*.ini")}
    results = json.loads((CORPUS / "verdicts.json").read_text(encoding="utf-8"))[name]["results"]
    match name:
        case "nginx":
            return {path for path, one in results.items() if (one.get("nginx_t") or {}).get("cls") == "ok"}
        case "supervisor":
            return {path for path, one in results.items() if not one["templated"] and one["lenient"]["ok"]}
        case _:
            return {path for path, one in results.items() if "lines" in one and not one["templated"]}


def corpus(name):
    """The files of a kind that deploylint recognises, as sources with their format."""
    files = sorted(path for path in (CORPUS / name).rglob("*") if path.is_file())
    for path in files:
        source = Source(path.relative_to(CORPUS).as_posix(), read_text(str(path)))
        if (kind := recognise(source.path, source.text)) is not None:
            yield source, kind


def checked(source, kind):
    return run.check(Found([(source, kind)]), MemoryTree([source]), REQUEST, NAMES)


def mended(source, kind, wanted):
    """The text after the fixes, which a second run leaves as it is."""
    done = repair.mended(Found([(source, kind)]), MemoryTree([source]), REQUEST, NAMES, wanted=wanted)
    if not done.changed:
        return source.text
    new = done.changed[source.path][1]
    again = Source(source.path, new)
    assert done.complete, source.path
    assert (
        repair.mended(Found([(again, kind)]), MemoryTree([again]), REQUEST, NAMES, wanted=wanted).changed
        == {}
    ), source.path
    return new


@needs_corpus
@each_program
def test_files_that_a_program_takes_it_takes_after_safe_fixes(name, program):
    takes, asked, failed = accepted(name), 0, []
    for source, kind in corpus(name):
        if source.path in takes:
            new = mended(source, kind, lambda fix: fix.safety is Safety.SAFE)
            if new != source.text:
                found = worse(program, source.path, source.text, new)
                asked += 1
                failed += [(source.path, found)] if found is None or found else []
    print(f"{name}: {asked} files changed and asked about, of {len(takes)} accepted ones")  # noqa: T201
    assert failed == []


@needs_corpus
@pytest.mark.parametrize("name", ["compose", *PROGRAMS])
def test_unsafe_fixes_bring_no_new_errors(name):
    count = 0
    for source, kind in corpus(name):
        new = mended(source, kind, lambda _fix: True)
        if new != source.text:
            count += 1
            assert errors(Source(source.path, new), kind) <= errors(source, kind), source.path
    print(f"{name}: {count} files changed")  # noqa: T201
    assert count > 0


def errors(source, kind):
    found = checked(source, kind).report
    assert not found.problems
    return Counter(
        (one.rule, one.finding.message) for one in found.diagnostics if one.severity is Severity.ERROR
    )
