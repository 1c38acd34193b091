"""The specs of the rules on what nginx refuses, asked of nginx itself.

What a section marks is taken out line by line in the order in which nginx refuses it; what is left has to be taken. A
section without marks has to be taken as it stands.
"""

import re
import shutil
from pathlib import Path

import pytest
from deploylint import Group
from deploylint.formats.nginx import Block, parse
from deploylint.formats.nginx.contexts import guess
from deploylint.model.variants import is_example
from deploylint.source import Source
from oracles.nginx_verdict import ENVIRONMENT, PROGRAM, ask, prepare
from support import all_rules

pytestmark = pytest.mark.oracle("nginx")

# A release after 1.22.1 has these, and nginx is asked about one file at a time.
LATER = re.compile(r"\bquic\b|http2 on|set_by_lua|_by_lua|\{\{|\{%|\$\{[A-Z]|more_set_headers|brotli")
# Held against nginx in test_nginx_syntax: one fault of structure often makes another.
STRUCTURE = {
    "nginx-syntax-error",
    "nginx-unknown-directive",
    "nginx-misplaced-directive",
    "nginx-wrong-block-form",
}
VALIDITY = {
    name for name, rule in all_rules().items() if rule.subject == "nginx" and rule.group is Group.VALIDITY
}
RULES = VALIDITY - STRUCTURE
FENCE = re.compile(r'```nginx(?: title="([^"]*)")?\n(.*?)```', re.DOTALL)


def sections():
    for path in sorted((Path(__file__).parents[1] / "specs/nginx").glob("*.md")):
        if path.stem not in RULES:
            continue
        for title, body in re.findall(
            r"^## (.+?)$\n(.*?)(?=^## |\Z)", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        ):
            fences = FENCE.findall(body)
            if len(fences) != 1:
                continue
            [(name, text)] = fences
            # A sample is no configuration yet.
            if not is_example(name) and not LATER.search(text):
                yield pytest.param(path.stem, text, id=f"{path.stem}: {title}")


def whole(text):
    """The text as a main file, with as many lines before it as are left out again; and that number."""
    context = guess(parse(Source("site.conf", text)))
    if context == "main":
        return text, 0
    inside = {
        "http": "",
        "server": "server { listen 18099;",
        "location": "server { listen 18099; location / {",
    }[context]
    closing = "}" * (1 + inside.count("{"))
    return f"events {{}} http {{ {inside}\n{text}\n{closing}\n", 1


def without(text, line):
    """The text without the statement whose words or whose end are in this line."""
    file = parse(Source("site.conf", text))
    position = file.source.position
    best = None
    for node, _ in file.walk():
        first, last = position(node.start).line, position(max(node.end - 1, 0)).line
        head = position(max(node.head_end - 1, 0)).line
        if (best is None and first <= line <= head) or (
            isinstance(node, Block) and line == last and (best is None or position(best.start).line < first)
        ):
            best = node
    assert best is not None, (line, text)
    return text[: best.start] + "\n" * text[best.start : best.end].count("\n") + text[best.end :]


@pytest.mark.parametrize(("rule", "text"), list(sections()))
def test_section(rule, text, tmp_path):
    assert shutil.which(PROGRAM)
    prepare(tmp_path)
    lines = text.splitlines()
    marked = {
        number + 1
        for number, line in enumerate(lines, 1)
        if line.strip().startswith("# error:") and rule in line
    }
    found, before = whole(text)
    left = set(marked)
    for _ in range(len(lines)):
        verdict = ask(found, tmp_path)
        if verdict.message is None or ENVIRONMENT.match(verdict.message):
            break
        assert marked, f"nginx refuses: {verdict}"
        if verdict.line is None:
            break
        found = without(found, verdict.line)
        gone = {number for number in left if not [*found.splitlines(), ""][number - 1 + before].strip()}
        assert gone, f"not marked: {verdict}"
        left -= gone
    if verdict.message is None:
        assert not left, f"nginx takes what is marked in {left}"
