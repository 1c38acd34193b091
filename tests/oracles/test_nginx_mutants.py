"""Random damage to valid files: nginx and deploylint refuse the same ones, and on the same line.

A mutant that nginx refuses because of the machine (a file, a name, a socket) says nothing and is left out. Where nginx
names a line, one of our errors must stand on the statement that ends there.

`DEPLOYLINT_MUTANTS` is the number of mutants, 2000 unless set; `DEPLOYLINT_CORPUS` adds real files that nginx takes.
"""

import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from deploylint import Group, Severity, engine
from deploylint.formats.nginx import Block, parse
from deploylint.project import Project
from deploylint.source import Source
from deploylint.tree import MemoryTree
from oracles.mutants import mutants
from oracles.nginx_verdict import ENVIRONMENT, WRAPPER, ask, prepare
from support import all_rules

pytestmark = pytest.mark.oracle("nginx")

FIXTURES = Path(__file__).parents[2] / "fixtures/valid/nginx"
SEEDS = sorted(FIXTURES.glob("*.conf"))
RULES = [rule for rule in all_rules().values() if rule.subject == "nginx" and rule.group is Group.VALIDITY]
# What nginx notices at the closing brace, where we point to what is missing or wrong.
LATE = re.compile(
    r'unexpected "\}"|unexpected end of file|".*" zone ".*" is unknown|invalid variable|the closing bracket|".*_size" must|there must be at least 2'
)
# One file in a hundred may be refused by nginx alone, for reasons that deploylint does not judge.
WORST = 0.01


def errors(text):
    """Our errors on a text: (first line of the statement, line of its end, message)."""
    sources = [Source("nginx.conf", WRAPPER), Source("site.conf", text)]
    file = parse(sources[1])
    tree = MemoryTree([*sources, Source("htpasswd", ""), Source("uwsgi_extra", "")])
    project = Project([parse(sources[0]), file], tree, {"nginx": (1, 22, 1)})
    diagnostics, problems = engine.check(project, RULES)
    assert not problems, problems
    nodes = [node for node, _ in file.walk()]
    return [
        (diagnostic.rule, lines(file, nodes, diagnostic.at.span), diagnostic.finding.message)
        for diagnostic in diagnostics
        if diagnostic.severity is Severity.ERROR and diagnostic.at.path == "site.conf"
    ]


def lines(file, nodes, span):
    """The lines in which nginx may come to see a fault there: those of the statement's words, and of its end."""
    line = file.source.position
    around = [node for node in nodes if node.start <= span.start <= max(node.end, node.start)]
    node = max(around, key=lambda one: one.start, default=None)
    found = set(range(line(span.start).line, line(span.end).line + 1))
    if node is not None:
        found |= set(range(line(node.start).line, line(node.head_end).line + 1))
        found.add(line(max(node.end - 1, 0)).line)
        if isinstance(node, Block):
            found.add(line(min(node.head_end + 1, len(file.source.text))).line)
    return found


def seeds():
    texts = [path.read_text(encoding="utf-8") for path in SEEDS]
    corpus = os.environ.get("DEPLOYLINT_CORPUS")
    if corpus:
        verdicts = json.loads((Path(corpus) / "verdicts.json").read_text(encoding="utf-8"))["nginx"][
            "results"
        ]
        for name, verdict in verdicts.items():
            judged = verdict.get("nginx_t") or {}
            if judged.get("cls") == "ok" and judged.get("mode") == "main" and not judged["stubbed_includes"]:
                text = (Path(corpus) / name).read_text(encoding="utf-8", errors="surrogateescape")
                if (
                    "ssl_certificate" not in text
                    and "include" not in text
                    and len(text) < 8000
                    and text.strip()
                ):
                    texts.append(("" if "events" in text else "events {}\n") + text)
    return texts


def disagreement(text, verdict):
    """`missed`, `wrong` or `elsewhere` with what both say; None where they agree."""
    ours = errors(text)
    if verdict.message is None:
        return ("wrong", f"nginx takes it, found {ours[0]}") if ours else None
    if not ours:
        return "missed", f"nginx:{verdict.line}: {verdict.message}"
    late = LATE.match(verdict.message) and any(one[2] == verdict.message for one in ours)
    if verdict.line is not None and not late and not any(verdict.line in one[1] for one in ours):
        return "elsewhere", f"nginx:{verdict.line}: {verdict.message}, found {ours[:3]}"
    return None


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = [tmp_path_factory.mktemp("nginx") for _ in range(2)]
    for folder in made:
        prepare(folder)
    return made


def test_the_seeds_are_valid(folders):
    for path in SEEDS:
        text = path.read_text(encoding="utf-8")
        assert ask(text, folders[0]).message is None, path.name
        assert errors(text) == [], path.name


def test_mutants(folders):
    count = int(os.environ.get("DEPLOYLINT_MUTANTS", "2000"))
    made = [text for _, text in mutants(seeds(), count, seed=int(os.environ.get("DEPLOYLINT_SEED", "122")))]
    halves = [made[0::2], made[1::2]]

    def judge(texts, folder):
        return [ask(text, folder) for text in texts]

    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(judge, halves, folders))
    pairs = [
        pair for texts, said in zip(halves, verdicts, strict=True) for pair in zip(texts, said, strict=True)
    ]
    judged = [
        (text, verdict)
        for text, verdict in pairs
        if verdict.message is None or not ENVIRONMENT.match(verdict.message)
    ]
    refused = sum(verdict.message is not None for _, verdict in judged)
    found = [(text, problem) for text, verdict in judged if (problem := disagreement(text, verdict))]
    by_kind = {kind: [one for one in found if one[1][0] == kind] for kind in ("missed", "wrong", "elsewhere")}
    summary = f"{len(pairs)} mutants, {len(judged)} judged, {refused} refused: " + ", ".join(
        f"{len(several)} {kind}" for kind, several in by_kind.items()
    )
    shown = "\n".join(f"{kind}: {text}" for _, (kind, text) in found)
    sys.stdout.write(f"{summary}\n{shown}")
    assert refused > count / 4, summary
    assert not by_kind["wrong"], f"{summary}\n{shown}"
    assert len(by_kind["missed"]) <= WORST * refused, f"{summary}\n{shown}"
    assert len(by_kind["elsewhere"]) <= WORST * refused, f"{summary}\n{shown}"
