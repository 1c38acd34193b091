"""Whatever crashes, the rest of the report stays, and the problem names the rule and the file."""

import pytest
from deploylint import Context, Findings, Severity, engine, formats, rule
from deploylint.commands.status import FAILURE, status_of
from deploylint.diagnostic import Finding, Label, Report
from deploylint.discovery import Found
from deploylint.document import Document
from deploylint.facts import CommandLine, Process
from deploylint.formats.nginx.nodes import Directive
from deploylint.formats.python.nodes import Assignment as PythonAssignment
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.model import Deployment, assembly
from deploylint.project import Group, Project
from deploylint.report import FORMATS, render
from deploylint.report.context import RenderContext
from deploylint.run import Request, check
from deploylint.source import Source
from deploylint.tree import MemoryTree
from support import project_of

UNIT = "[Service]\nType=oneshot\nExecStart=/usr/bin/a\nUsre=x\n"
UNITS = [Source("a.service", UNIT), Source("b.service", UNIT)]


@rule(Severity.WARNING)
def crashing(assignment: Assignment, context: Context) -> Findings:
    """Finds, and then fails in one file."""
    yield Finding(assignment.at, f"found {assignment.name}")
    if context.document.path == "a.service":
        raise RuntimeError("no such luck")


@rule(Severity.WARNING)
def steady(unit: UnitFile) -> Findings:
    """Finds every unit."""
    yield Finding(unit.source.location(0, 1), "a unit")


@rule(Severity.WARNING)
def processes(process: Process) -> Findings:
    """Finds every process."""
    yield Finding(process.at, "a process")


@rule(Severity.WARNING)
def command_lines(command: CommandLine) -> Findings:
    """Finds what processes and shell scripts start."""
    yield Finding(command.document.source.location(0, 1), f"starts {command.invocation.program}")


@rule(Severity.WARNING)
def crashing_on_facts(process: Process) -> Findings:
    """Fails on a fact, before its first finding."""
    raise KeyError(process.name)


@rule(Severity.WARNING)
def deployments(deployment: Deployment) -> Findings:
    """Finds the first document of every deployment."""
    yield Finding(deployment.documents[0].source.location(0, 1), "a deployment")


@rule(Severity.ERROR)
def strange(unit: UnitFile) -> Findings:
    """Shows a text that took no part in the run."""
    other = Source("elsewhere.conf", "one\ntwo\n")
    yield Finding(other.location(4, 7), "over there", related=(Label(unit.source.location(0, 3), "here"),))


@rule(Severity.WARNING)
def everything(document: Document) -> Findings:
    """Finds every document, twice."""
    yield Finding(document.source.location(0, 0), "a document")
    yield Finding(document.source.location(0, 0), "a document")


def messages(diagnostics):
    return [(d.at.path, d.finding.message) for d in diagnostics]


def run(sources, *rules):
    return engine.check(project_of(sources), rules)


def test_a_crashing_rule():
    diagnostics, problems = run(UNITS, crashing, steady)
    assert messages(diagnostics) == [
        ("a.service", "a unit"),
        ("a.service", "found Type"),
        ("a.service", "found ExecStart"),
        ("a.service", "found Usre"),
        ("b.service", "a unit"),
        ("b.service", "found Type"),
        ("b.service", "found ExecStart"),
        ("b.service", "found Usre"),
    ]
    assert [(p.message, p.path) for p in problems] == [
        ("internal error in rule crashing: RuntimeError: no such luck", "a.service")
    ]


def test_a_rule_that_crashes_on_a_fact_names_the_file():
    diagnostics, problems = run(UNITS[:1], crashing_on_facts, processes)
    assert messages(diagnostics) == [("a.service", "a process")]
    assert [(p.message, p.path) for p in problems] == [
        ("internal error in rule crashing-on-facts: KeyError: 'a.service'", "a.service")
    ]


def test_facts_that_crash_on_one_file(monkeypatch):
    systemd = formats.load("systemd")
    real = systemd.facts

    def facts(documents, tree):
        if any(document.path == "a.service" for document in documents):
            raise ValueError("bad unit")
        return real(documents, tree)

    monkeypatch.setattr(systemd, "facts", facts)
    supervisor = Source("supervisor/c.conf", "[program:c]\ncommand=/usr/bin/c\n")
    diagnostics, problems = run([*UNITS, supervisor], processes, steady)
    assert messages(diagnostics) == [
        ("a.service", "a unit"),
        ("b.service", "a unit"),
        ("b.service", "a process"),
        ("supervisor/c.conf", "a process"),
    ]
    assert [(p.message, p.path) for p in problems] == [
        ("internal error in the facts of the systemd format: ValueError: bad unit", "a.service")
    ]


def test_facts_that_crash_on_several_files_together(monkeypatch):
    systemd = formats.load("systemd")
    real = systemd.facts

    def facts(documents, tree):
        if len(documents) > 1:
            raise ValueError("together")
        return real(documents, tree)

    monkeypatch.setattr(systemd, "facts", facts)
    diagnostics, problems = run(UNITS, processes)
    assert messages(diagnostics) == [("a.service", "a process"), ("b.service", "a process")]
    assert [(p.message, p.path) for p in problems] == [
        ("internal error in the facts of the systemd format: ValueError: together", None)
    ]


def test_a_crashing_model_keeps_what_the_files_and_facts_gave(monkeypatch):
    def broken(_self):
        raise ZeroDivisionError("model")

    monkeypatch.setattr(Project, "groups", property(broken))
    diagnostics, problems = run(UNITS[:1], deployments, processes, steady)
    assert messages(diagnostics) == [("a.service", "a unit"), ("a.service", "a process")]
    assert [(p.message, p.path) for p in problems] == [
        ("internal error in the model: ZeroDivisionError: model", None)
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_cannot_be_linked_costs_itself_only(monkeypatch, jobs):
    def link(documents, *_rest):
        if documents[0].path.startswith("b"):
            raise ZeroDivisionError("link")
        return whole(documents, *_rest)

    whole = assembly.link
    monkeypatch.setattr(assembly, "link", link)
    sources = [Source(f"{folder}/x.service", UNIT) for folder in ("a", "b", *range(300))]
    diagnostics, problems = engine.check(project_of(sources), [deployments], jobs)
    assert {path for path, _ in messages(diagnostics)} == {one.path for one in sources} - {"b/x.service"}
    assert [(p.message, p.path) for p in problems] == [
        ("internal error in the model: ZeroDivisionError: link", "b/x.service")
    ]


def test_a_walk_that_crashes(monkeypatch):
    def walk(_self):
        raise RuntimeError("walk")
        yield

    monkeypatch.setattr(UnitFile, "walk", walk)
    diagnostics, problems = run(UNITS[:1], crashing, steady)
    assert messages(diagnostics) == [("a.service", "a unit")]
    assert [(p.message, p.path) for p in problems] == [
        ("internal error in the systemd format: RuntimeError: walk", "a.service")
    ]


def test_a_parser_that_crashes(monkeypatch):
    real = formats.load("systemd").parse

    def parse(source):
        if source.path == "a.service":
            raise RuntimeError("parser")
        return real(source)

    monkeypatch.setattr(formats.load("systemd"), "parse", parse)
    from deploylint import packs

    found = Found([(source, "systemd") for source in UNITS])
    names = packs.rule_names(packs.installed_packs())
    report = check(found, MemoryTree(UNITS), Request(("a.service", "b.service")), names).report
    assert [(d.at.path, d.rule) for d in report.diagnostics] == [("b.service", "systemd-unknown-key")]
    assert [(p.message, p.path) for p in report.problems] == [
        ("internal error while reading it as systemd: RuntimeError: parser", "a.service")
    ]
    assert status_of(report, "never") == FAILURE


@pytest.mark.parametrize("name", FORMATS)
def test_a_place_in_a_file_outside_the_run_is_shown(name):
    diagnostics, problems = run(UNITS[:1], strange)
    assert not problems
    assert "elsewhere.conf" in render(name, Report(diagnostics=diagnostics), RenderContext())


def test_the_same_finding_counts_once():
    diagnostics, _ = run(UNITS, everything)
    assert messages(diagnostics) == [("a.service", "a document"), ("b.service", "a document")]


def test_named_restricts_the_nodes():
    @rule(Severity.WARNING, named=("Usre",))
    def some(assignment: Assignment) -> Findings:
        """Finds one key."""
        yield Finding(assignment.at, assignment.name)

    assert messages(run(UNITS[:1], some)[0]) == [("a.service", "Usre")]


def test_each_rule_looks_at_several_short_files_before_the_next_one_does():
    seen = []

    def looking(name):
        def look(unit: UnitFile) -> Findings:
            """Finds nothing."""
            seen.append((name, unit.path))
            return []

        look.__name__ = name
        return rule(Severity.WARNING)(look)

    long = Source("c.service", UNIT + "# " + "x" * 5000 + "\n")
    assert run([*UNITS, long, Source("d.service", UNIT)], looking("first"), looking("second")) == ([], [])
    assert seen == [
        *[("first", "c.service"), ("second", "c.service")],
        *[(name, f"{unit}.service") for name in ("first", "second") for unit in "abd"],
    ]


def test_nodes_of_a_package_that_is_no_format_are_visited():
    @rule(Severity.WARNING)
    def assigned(assignment: PythonAssignment, context: Context) -> Findings:
        """Finds each assignment of a gunicorn configuration."""
        yield Finding(context.document.source.location(assignment.start, assignment.end), "assigned")

    sources = [Source("gunicorn.conf.py", 'bind = ":8000"\n'), *UNITS]
    assert messages(run(sources, assigned, steady)[0]) == [
        ("a.service", "a unit"),
        ("b.service", "a unit"),
        ("gunicorn.conf.py", "assigned"),
    ]


def test_the_links_of_the_model_are_visited():
    assert messages(run(UNITS[:1], deployments)[0]) == [("a.service", "a deployment")]


def test_what_no_rule_asks_for_is_not_computed(monkeypatch):
    monkeypatch.setattr(Project, "groups", property(lambda _self: pytest.fail("the model was built")))
    assert run(UNITS[:1], processes, everything, steady)[1] == []


def test_a_condition_that_crashes_is_told_as_one_of_its_rule_and_the_others_go_on():
    def impossible(value):
        raise LookupError(value)

    @rule(Severity.WARNING, when=impossible)
    def hindered(assignment: Assignment) -> Findings:
        """Finds every line, if anybody asked."""
        yield Finding(assignment.at, "a line")

    diagnostics, problems = engine.check(project_of(UNITS), [hindered, steady])
    assert [one.rule for one in diagnostics] == ["steady", "steady"]
    assert {problem.message.partition(":")[0] for problem in problems} == {"internal error in rule hindered"}


def test_a_condition_is_asked_once_for_equal_words():
    asked = []

    @rule(Severity.WARNING, named=("Type", "Usre"), when=lambda value: asked.append(value) or value == "x")
    def picky(assignment: Assignment) -> Findings:
        """Finds the lines that say x."""
        yield Finding(assignment.at, f"{assignment.name} says x")

    diagnostics, problems = engine.check(project_of(UNITS), [picky])
    assert [one.finding.message for one in diagnostics] == ["Usre says x", "Usre says x"]
    assert (sorted(asked), problems) == (["oneshot", "x"], [])


def test_a_condition_wants_something_to_be_asked_about():
    with pytest.raises(TypeError, match="headless: `when` is asked about a head, which Deployment has not"):

        @rule(Severity.WARNING, when=bool)
        def headless(deployment: Deployment) -> Findings:
            """Cannot be."""
            yield Finding(deployment.documents[0].source.location(0, 1), "never")


@pytest.mark.parametrize(("least", "most_in_one"), [(1, 64), (4, 64), (32, 7), (500, 1)])
def test_what_is_said_of_the_same_files_is_looked_at_together(least, most_in_one):
    sources = [
        Source(
            f"{n:03}/web.service",
            f"[Service]\nExecStart=/srv/venv/bin/gunicorn app --bind 127.0.0.1:{8000 + n}\n",
        )
        for n in range(200)
    ]
    run = engine.Run(project_of(sources), [processes, deployments])
    parts = list(engine.alongside(run.model(), least))
    assert min(least, 200) <= len(parts) <= 200
    assert max(sum(isinstance(item, Process) for item in part) for part in parts) <= most_in_one
    items = [item for part in parts for item in part]
    assert len(items) == len(set(map(id, items)))
    assert [item.document.path[:3] for item in items if isinstance(item, Process)] == [
        f"{n:03}" for n in range(200)
    ]
    for part in parts:
        started = [item.document.path for item in part if isinstance(item, Process)]
        deployed = [item.documents[0].path for item in part if isinstance(item, Group)]
        assert started == deployed != []


@rule(Severity.WARNING)
def directives(directive: Directive) -> Findings:
    """Finds every directive of nginx."""
    yield Finding(directive.at, directive.name)


def test_a_node_is_visited_as_what_it_is():
    """An unfinished directive is one to those who read the file, and none to rules on directives."""
    diagnostics, problems = run([Source("nginx.conf", 'worker_processes 2;\nload_module "x;\n')], directives)
    assert problems == []
    assert [one.finding.message for one in diagnostics] == ["worker_processes"]


def test_a_rule_on_command_lines_visits_processes_and_scripts():
    sources = [
        Source("web.service", "[Service]\nExecStart=/usr/bin/gunicorn shop:app\n"),
        Source("supervisord.conf", "[supervisord]\n[program:worker]\ncommand=celery -A shop worker\n"),
        Source("start.sh", "#!/bin/sh\nnginx\nuwsgi --ini shop.ini\n"),
    ]
    diagnostics, problems = run(sources, command_lines)
    assert problems == []
    assert [(one.at.path, one.finding.message) for one in diagnostics] == [
        ("start.sh", "starts nginx"),
        ("start.sh", "starts uwsgi"),
        ("supervisord.conf", "starts celery"),
        ("web.service", "starts gunicorn"),
    ]
