"""What several tests need: check files held in memory with all rules."""

from functools import cache

from deploylint import engine, formats, packs
from deploylint.project import Project
from deploylint.recognition import recognise
from deploylint.tree import MemoryTree


@cache
def all_rules():
    return {name.name: name.load() for name in packs.rule_names(packs.installed_packs())}


def project_of(sources, targets=None):
    documents = []
    for source in sources:
        name = recognise(source.path, source.text)
        if name is not None:
            documents.append(formats.load(name).parse(source))
    return Project(documents, MemoryTree(sources), targets)


def check_sources(sources, rules=None, targets=None):
    """Diagnostics of the given rules (all, if None). A rule or model that crashes fails the test."""
    project = project_of(sources, targets)
    diagnostics, problems = engine.check(project, all_rules().values() if rules is None else rules)
    assert not problems, problems
    return diagnostics
