"""What several tests need: check files held in memory with all rules."""

from functools import cache

from deploylint import engine, formats, packs, suppression
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
    """Diagnostics of the given rules (all, if None), after suppression. A rule or model that crashes fails the test.

    The rules that suppression comments name run, too, so that the comments can be judged.
    """
    project = project_of(sources, targets)
    wanted = {rule.name: rule for rule in (all_rules().values() if rules is None else rules)}
    suppressions = suppression.read(project.documents, lambda name: name)
    named = {name for comment in suppressions for name in comment.rules}
    running = wanted | {name: rule for name, rule in all_rules().items() if name in named}
    diagnostics, problems = engine.check(project, running.values())
    kept, _ = suppression.silence(diagnostics, suppressions)
    remarks = suppression.review(suppressions, list(all_rules()), lambda rule, _path: rule in running)
    about, crashes = engine.visit(remarks, project, wanted.values())
    assert not problems + crashes, problems + crashes
    return [diagnostic for diagnostic in [*kept, *about] if diagnostic.rule in wanted]
