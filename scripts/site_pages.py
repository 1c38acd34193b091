"""Pages of the manual that the code writes: one for each rule, one for each symptom, and their lists.

A hook of mkdocs (`mkdocs.yml`): the pages exist while the site is built and are never kept.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploylint import baseline, documentation, packs, report, run
from deploylint.dataclass import replace
from deploylint.discovery import Found
from deploylint.recognition import recognise
from deploylint.report.context import RenderContext
from deploylint.rule import Rule
from deploylint.settings import Settings
from deploylint.source import Source
from deploylint.tree import MemoryTree
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
NAMES = packs.rule_names(["deploylint_rules"])
RULES = [name.load() for name in NAMES]
SUBJECTS = {
    "deployment": "Across files",
    "nginx": "nginx",
    "systemd": "systemd",
    "supervisor": "supervisor",
    "gunicorn": "gunicorn",
    "uwsgi": "uWSGI",
    "command_line": "Command lines",
    "compose": "docker compose",
    "dockerfile": "Dockerfiles",
    "env": "Env files",
    "procfile": "Procfiles",
    "shell": "Shell scripts",
    "secrets": "Secrets",
    "suppression": "Comments and baselines",
}
# What Pygments calls a language like each of these.
COLOURS = {
    "gunicorn": "python",
    "supervisor": "ini",
    "uwsgi": "ini",
    "compose": "yaml",
    "env": "sh",
    "procfile": "yaml",
}


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are written here."""
    for path, text in _pages():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Add the list of all symptoms to the page that is written about them."""
    return markdown + _symptom_list(_symptoms()) if page.file.src_uri == "symptoms/index.md" else markdown


def _pages() -> Iterator[tuple[str, str]]:
    """(path, Markdown) of every page."""
    yield "changelog.md", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    yield "rules/index.md", _catalogue()
    by_symptom = _symptoms()
    for rule in RULES:
        yield f"rules/{rule.name}.md", _rule_page(rule)
    for slug, (texts, causes) in by_symptom.items():
        yield f"symptoms/{slug}.md", _symptom_page(texts, causes)


def _catalogue() -> str:
    lines = [
        "# Rules",
        "",
        f"{len(RULES)} rules. Those marked *pedantic* are about opinion and practice and run with `--pedantic` only.",
        "`deploylint rules` prints this list, `deploylint explain RULE` a rule's page.",
    ]
    for subject, title in SUBJECTS.items():
        own = [rule for rule in RULES if rule.subject == subject]
        if own:
            lines += ["", f"## {title}", "", "| rule | severity | group | what |", "|---|---|---|---|"]
            lines += [_row(rule) for rule in own]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    pedantic = ", pedantic" if rule.pedantic else ""
    summary = documentation.read(rule.documentation).summary
    return f"| [{rule.name}]({rule.name}.md) | {rule.severity.value}{pedantic} | {rule.group.value} | {summary} |"


def _rule_page(rule: Rule) -> str:
    text = documentation.read(rule.documentation)
    facts = [rule.severity.value, f"{rule.confidence.value} confidence", rule.group.value]
    facts += ["pedantic: runs with `--pedantic` or when it is selected"] if rule.pedantic else []
    lines = [f"# {rule.name}", "", f"*{', '.join(facts)}*", "", text.summary, ""]
    if rule.aliases:
        lines += [f"Formerly: {', '.join(rule.aliases)}", ""]
    for heading, body in text.sections.items():
        lines += [
            f"## {heading}",
            "",
            _with_links(body) if heading == "References" else _with_titles(body),
            "",
        ]
        if heading == "Example":
            lines += [
                "deploylint says:",
                "",
                "````",
                _printed(rule, text.example("Example")).rstrip(),
                "````",
                "",
            ]
    if rule.symptoms:
        lines += ["## Symptoms", ""]
        lines += [
            f"- [{_code(_shown(symptom))}](../symptoms/{_slug(symptom)}.md)" for symptom in rule.symptoms
        ]
    return "\n".join(lines) + "\n"


def _with_links(text: str) -> str:
    return re.sub(r"(?<![(<])https?://[^\s)]+", r"<\g<0>>", text)


def _with_titles(text: str) -> str:
    """Fences with the path of their file, and in a language that can be coloured."""

    def titled(fence: re.Match[str]) -> str:
        language, title = fence[1], fence[2] or documentation.USUAL_PATHS.get(fence[1])
        return f"```{COLOURS.get(language, language)}" + (f' title="{title}"' if title else "")

    return re.sub(r'^```(\w+)(?:[ \t]+title="([^"\n]+)")?[ \t]*$', titled, text, flags=re.MULTILINE)


def _printed(rule: Rule, sources: list[Source]) -> str:
    """What a run over the example prints for this rule."""
    kinds = [(source, recognise(source.path, source.text)) for source in sources]
    found = Found([(source, kind) for source, kind in kinds if kind is not None])
    baselines = [source for source in sources if source.path.endswith(baseline.FILE_NAME)]
    known = tuple(
        entry for source in baselines for entry in baseline.parse(source, packs.present_names(NAMES))
    )
    request = run.Request((), Settings(pedantic=True), stdin=sources[0], baseline=known)
    whole = run.check(found, MemoryTree(sources), request, NAMES).report
    own = [diagnostic for diagnostic in whole.diagnostics if diagnostic.rule == rule.name]
    if whole.problems or not own:
        raise ValueError(f"the example of {rule.name} shows nothing: {whole.problems}")
    return report.render("text", replace(whole, diagnostics=own), RenderContext())


def _symptoms() -> dict[str, tuple[list[str], list[Rule]]]:
    """By the name of its page: the texts that share it, and the rules that state one of them."""
    found: dict[str, tuple[dict[str, None], dict[str, Rule]]] = defaultdict(lambda: ({}, {}))
    for rule in RULES:
        for symptom in rule.symptoms:
            texts, causes = found[_slug(symptom)]
            texts[_shown(symptom)] = None
            causes[rule.name] = rule
    return {slug: (list(texts), list(causes.values())) for slug, (texts, causes) in found.items()}


def _slug(symptom: str) -> str:
    words = re.findall(r"[a-z0-9]+", symptom.lower())
    return "-".join(words)[:80].rstrip("-")


def _shown(symptom: str) -> str:
    """A symptom for people: `…` where anything may stand."""
    bare = " ".join(symptom.split()).strip("*: ").rstrip(".").strip()
    return bare.replace(" * ", " … ").replace("*", "…")


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _symptom_page(texts: list[str], causes: list[Rule]) -> str:
    lines = [
        f"# {_code(texts[0])}",
        "",
        "A log, a terminal or a page shows:",
        "",
        *(f"- {_code(text)}" for text in texts),
        "",
    ]
    lines += ["## What can cause it", ""]
    for rule in causes:
        lines.append(
            f"- [{rule.name}](../rules/{rule.name}.md): {documentation.read(rule.documentation).summary}"
        )
    lines += ["", "To see which of these are in your files:", "", "```sh"]
    lines += [f"deploylint --select {','.join(rule.name for rule in causes)} .", "```"]
    return "\n".join(lines) + "\n"


def _symptom_list(by_symptom: dict[str, tuple[list[str], list[Rule]]]) -> str:
    lines = []
    for subject, title in SUBJECTS.items():
        own = sorted(
            (
                (texts[0], slug)
                for slug, (texts, causes) in by_symptom.items()
                if causes[0].subject == subject
            ),
            key=lambda entry: entry[1],
        )
        if own:
            lines += ["", f"## {title}", "", *(f"- [{_code(text)}]({slug}.md)" for text, slug in own)]
    return "\n".join(lines) + "\n"
