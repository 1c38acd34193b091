"""What several tests need: check files held in memory with all rules."""

import gc
import os
import re
import time
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from deploylint import baseline, engine, packs, suppression
from deploylint.dataclass import replace
from deploylint.source import Source
from deploylint.testing import project_of

NAME = re.compile(r"[a-z0-9-]+")

# Without what the tests or their Python are told.
ENVIRONMENT = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}


def wheel_script(name):
    """One of the scripts that write what only wheels have."""
    path = Path(__file__).parents[1] / "scripts" / "wheel" / f"{name}.py"
    spec = spec_from_file_location(f"wheel_{name}", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def all_rules():
    return {name.name: name.load() for name in packs.rule_names(packs.installed_packs())}


def check_sources(sources, rules=None, targets=None):
    """Diagnostics of the given rules (all, if None), after suppression. A rule or model that crashes fails the test.

    The rules that suppression comments and baselines name run, too, so that these can be judged.
    """
    project = project_of(sources, targets)
    wanted = {rule.name: rule for rule in (all_rules().values() if rules is None else rules)}
    suppressions = suppression.read(project.documents, lambda name: name)
    named = {name for comment in suppressions for name in comment.rules}
    named |= {
        name
        for source in sources
        if source.path.endswith(baseline.FILE_NAME)
        for name in NAME.findall(source.text)
    }
    running = wanted | {name: rule for name, rule in all_rules().items() if name in named}
    diagnostics, problems = engine.check(project, running.values())
    unconditional = [
        replace(rule, given=(), mentions=()) for rule in running.values() if rule.given or rule.mentions
    ]
    everything = engine.check(project, unconditional)[0]
    assert [one for one in everything if one not in diagnostics] == [], (
        "`given` or `mentions` hides a finding"
    )
    elsewhere = suppression.read(suppression.touched(diagnostics, project.documents), lambda name: name)
    kept, _ = suppression.silence(diagnostics, [*suppressions, *elsewhere])
    remarks = suppression.review(suppressions, list(all_rules()), lambda rule, _path: rule in running)
    kept, outdated = without_known(kept, sources, {document.path for document in project.documents})
    about, crashes = engine.visit([*remarks, *outdated], project, wanted.values())
    assert not problems + crashes, problems + crashes
    return [diagnostic for diagnostic in [*kept, *about] if diagnostic.rule in wanted]


def without_known(diagnostics, sources, paths):
    """What the baselines among the sources leave, and what is out of date in them. Marks of specs are no JSON."""
    outdated = []
    for source in sources:
        if source.path.endswith(baseline.FILE_NAME):
            text = re.sub(r"//.*", lambda mark: " " * len(mark[0]), source.text)
            entries = baseline.parse(Source(source.path, text), lambda name: name)
            outdated += baseline.stale(entries, diagnostics, all_rules(), lambda _rule, path: path in paths)
            diagnostics, _, _ = baseline.compare(diagnostics, entries)
    return diagnostics, outdated


def assert_linear(work, small, large):
    """`work(small)` and `work(large)` do the same for one text and for one that is four times as long.

    What is quadratic takes sixteen times as long for the longer one. Both are measured by turns, and again when the
    bar is missed, since something else on the machine may have got in the way.
    """

    def seconds(size):
        started = time.process_time()
        work(size)
        return time.process_time() - started

    short = long = float("inf")
    # A collection walks over all that the other tests have left.
    gc.disable()
    try:
        for _ in range(20):
            short, long = min(short, seconds(small)), min(long, seconds(large))
            if long < 9 * short + 0.01:
                return
    finally:
        gc.enable()
    raise AssertionError(f"{long:.3f} s for four times the text that takes {short:.3f} s")
