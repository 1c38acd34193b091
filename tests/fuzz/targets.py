"""What holds for any text: a function per target, which raises when it does not.

Hypothesis, the fuzzer and the replay of found inputs all call these. Each takes a text that was decoded
as the linter decodes files, with lone surrogates for undecodable bytes.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from xml.etree import ElementTree as ET

from deploylint import formats, secrets, suppression
from deploylint import map as maps
from deploylint.diagnostic import CheckedFile, Finding, Label, Problem, Report
from deploylint.document import Document
from deploylint.fixing import apply_edits
from deploylint.map.chart import chart
from deploylint.project import Project
from deploylint.recognition import could_be_ours, recognise
from deploylint.report import FORMATS, render, statistics
from deploylint.report.context import RenderContext
from deploylint.report.masking import hidden
from deploylint.report.visible import visible
from deploylint.rewriting import diff
from deploylint.settings import SettingsError
from deploylint.settings import reader as settings_reader
from deploylint.source import Location, Source, Span
from deploylint.syntax.compiler import grammar_folder, stock_lark
from deploylint.syntax.driver import Parser, Tree
from deploylint.values import address, listen, pcre, upstream, words
from lark import Tree as LarkTree
from lark import UnexpectedInput
from report import samples
from report.samples import diagnostic
from support import all_rules, engine, project_of
from values.test_totality import PARSERS as VALUE_PARSERS
from values.test_totality import refusal

Target = Callable[[str], None]

# For every format, the names under which files are read differently.
PATHS = {
    "nginx": ("nginx/nginx.conf",),
    "systemd": ("systemd/app.service", "systemd/app.socket.d/a.conf"),
    "supervisor": ("supervisord.conf",),
    "uwsgi": ("uwsgi.ini", "uwsgi.yaml", "uwsgi.json", "uwsgi.xml"),
    "gunicorn": ("gunicorn.conf.py",),
    "compose": ("compose.yaml",),
    "dockerfile": ("Dockerfile",),
    "env": (".env",),
    "procfile": ("Procfile",),
    "shell": ("start.sh",),
}
# What may stand between the nodes that hold no other nodes, where the nodes are to cover the text.
BETWEEN = {
    "nginx": r"(?:[ \t\r\n;{}]|#[^\n]*)*",
    "systemd": r"[ \t\r\n\f\v\ufeff\0]*",
}
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]")


def document(kind: str, path: str, text: str) -> None:
    """Any text is parsed; every place lies inside it, in order; the pieces make up the text again."""
    source = Source(path, text)
    parsed = formats.load(kind).parse(source)
    assert parsed.source.text == text
    assert b"".join(line.encode("utf-8", "surrogateescape") for line in text.splitlines(keepends=True)) == (
        text.encode("utf-8", "surrogateescape")
    )
    for problem in parsed.problems:
        _inside(problem.at, text)
        assert "\n" not in visible(problem.message)
    _comments(parsed)
    leaves = _nodes(parsed)
    if kind in BETWEEN and not parsed.templated:
        _covered(leaves, text, re.compile(BETWEEN[kind]))
    suppression.read([parsed], lambda name: name)


def _inside(at: Location, text: str) -> None:
    assert at.source.text == text
    assert 0 <= at.span.start <= at.span.end <= len(text), at
    assert at.start <= at.end


def _comments(parsed: Document) -> None:
    last, text = 0, parsed.source.text
    for comment in parsed.comments():
        assert last <= comment.start <= comment.end <= len(text)
        last = comment.end
        covered = parsed.statement(comment.start)
        assert 0 <= covered.start <= covered.end <= len(text)


def _nodes(parsed: Document) -> list[tuple[int, int]]:
    """The spans of the nodes that hold no others."""
    text, spans, parents = parsed.source.text, {}, set()
    for node, chain in parsed.walk():
        if chain is not None:
            parents.add(id(chain[0]))
        for name in _places(type(node)):
            if isinstance(at := getattr(node, name), Location):
                _inside(at, text)
        start, end = getattr(node, "start", None), getattr(node, "end", None)
        span = Span(start, end) if isinstance(start, int) else getattr(node, "span", None) or node.at.span
        assert 0 <= span.start <= span.end <= len(text)
        spans[id(node)] = span.start, span.end
    return sorted(span for key, span in spans.items() if key not in parents)


@cache
def _places(kind: type) -> list[str]:
    return [name for name in dir(kind) if name == "at" or name.endswith("_at")]


def _covered(leaves: list[tuple[int, int]], text: str, between: re.Pattern[str]) -> None:
    pieces, done = [], 0
    for start, end in leaves:
        assert start >= done, "two nodes overlap"
        pieces += [text[done:start], text[start:end]]
        done = end
    pieces.append(text[done:])
    assert "".join(pieces) == text


def grammar(name: str, text: str) -> None:
    """The compiled grammar gives the tree and refuses at the place that stock Lark does."""
    stock, parser = _parsers(name)
    parsed = parser.parse(text)
    try:
        expected = _lark_shape(stock.parse(text))
    except UnexpectedInput as error:
        assert parsed.errors
        if (at := getattr(error, "pos_in_stream", None)) is not None and parsed.errors[0].type != "$END":
            assert parsed.errors[0].start == at
    else:
        assert not parsed.errors
        assert _driver_shape(parsed.value) == expected


GRAMMARS = sorted(path.stem for path in grammar_folder().glob("*.lark"))


@cache
def _parsers(name: str):
    return stock_lark(name), Parser(import_module(f"deploylint.syntax.compiled.{name}"))


def _lark_shape(node):
    if isinstance(node, LarkTree):
        return (str(node.data), [_lark_shape(child) for child in node.children])
    return (str(node.type), node.start_pos, node.end_pos)


def _driver_shape(node):
    if isinstance(node, Tree):
        return (node.data, [_driver_shape(child) for child in node.children])
    return (node.type, node.start, node.end)


def values(text: str) -> None:
    """Every value grammar answers or refuses with a place inside the text and words that are fit to print."""
    for name, parse in _value_parsers().items():
        error = refusal(parse, text)
        if error is not None:
            assert 0 <= error.offset <= len(text), name
            assert error.message.isprintable(), name
            assert not set("{}") & set(error.message), name


@cache
def _value_parsers() -> dict[str, Callable[[str], object]]:
    more = {
        "uwsgi": listen.uwsgi_socket,
        "uwsgi tls": listen.uwsgi_tls_socket,
        "gunicorn": listen.gunicorn_bind,
        "nginx": listen.nginx_listen,
        "systemd": listen.systemd_stream,
        "hypercorn": listen.hypercorn_bind,
        "waitress": listen.waitress_listen,
        "inet": listen.supervisor_inet,
        "fastcgi": listen.supervisor_fastcgi,
        "runserver": listen.runserver_address,
        "twisted": listen.twisted_endpoint,
        "proxy_pass": upstream.proxy_pass,
        "uwsgi_pass": lambda text: upstream.server_pass(text, "uwsgi_pass"),
        "server": upstream.upstream_server,
        "ipv6": address.ipv6,
        "pcre": pcre.check_pattern,
        "groups": pcre.named_groups,
        "shlex": words.split_shlex,
        "shell": words.split_shell,
    }
    return {**VALUE_PARSERS, **more}


def settings(text: str) -> None:
    """A settings file is taken, or refused with words."""
    try:
        assert settings_reader.parse("deploylint.toml", text).base
    except SettingsError as error:
        said = str(error)
    else:
        return
    assert said.startswith("deploylint.toml:")


def recognition(text: str) -> None:
    """The first line is the name, the rest the text."""
    path, _, rest = text.partition("\n")
    kind = recognise(path, rest)
    assert kind is None or kind in formats.FORMATS
    could_be_ours(path)


def secret(text: str) -> None:
    """Secrets lie inside the text, in order; nothing is longer or shorter when they are hidden."""
    last = 0
    for one in secrets.find(text):
        assert last <= one.span.start < one.span.end <= len(text)
        last = one.span.end
    shown = hidden(text)
    assert len(shown) == len(text)
    assert [at for at, c in enumerate(shown) if c in "\r\n"] == [
        at for at, c in enumerate(text) if c in "\r\n"
    ]


def report(text: str) -> None:
    """Names and texts of linted files break out of no report."""
    path, _, rest = text.partition("\n")
    source = Source(path or "a", rest)
    third = len(rest) // 3
    at, other = source.location(third, 2 * third), source.location(2 * third, len(rest))
    finding = Finding(at, rest, path, (Label(other, rest),), rest)
    reports(Report([CheckedFile(source.path, "nginx")], [diagnostic(finding)], 0, [Problem(rest, path)]))


def reports(made: Report) -> None:
    context = RenderContext(rules=samples.rules)
    for name in FORMATS:
        shown = render(name, made, context)
        assert not CONTROL.search(shown.replace("\t", " ")), name
        match name:
            case "junit":
                ET.fromstring(shown.encode())
            case "json" | "sarif" | "gitlab" | "rdjson":
                json.loads(shown)
            case "github":
                assert all(re.match("::(?:error|warning|notice) ", row) for row in shown.splitlines())
            case _:
                assert not re.search(r"^\s*::(?!: )", shown, re.MULTILINE)
    statistics.render(made, context).encode()


FILE = re.compile(r"^=== (.*)\n", re.MULTILINE)


def files(text: str) -> list[Source]:
    """`=== path` lines and the texts below them."""
    pieces = FILE.split(text)
    return [Source(path, body) for path, body in dict(zip(pieces[1::2], pieces[2::2], strict=True)).items()]


def project(text: str) -> None:
    """Rules, model, fixes, reports and maps take any files."""
    sources = [source for source in files(text) if source.path]
    whole = project_of(sources)
    diagnostics, problems = engine.check(whole, all_rules().values())
    assert not problems, problems
    for found in diagnostics:
        for at in found.locations:
            assert 0 <= at.span.start <= at.span.end <= len(at.source.text)
        assert "\n" not in found.finding.message
    reports(Report([CheckedFile(d.path, d.format) for d in whole.documents], diagnostics))
    _fixes(diagnostics, sources)
    _maps(whole)


def _fixes(diagnostics, sources: list[Source]) -> None:
    texts = {source.path: source.text for source in sources}
    for found in diagnostics:
        if found.finding.fix is None:
            continue
        changed = apply_edits(found.finding.fix.edits)
        for path, new in changed.items():
            new.encode("utf-8", "surrogateescape")
            list(diff({path: (texts[path], new)}))
            kind = recognise(path, new)
            if kind is not None:
                formats.load(kind).parse(Source(path, new))


def _maps(whole: Project) -> None:
    charts = [chart(deployment, []) for deployment in whole.deployments]
    for name in maps.FORMATS:
        shown = maps.render(name, charts)
        assert not CONTROL.search(shown.replace("\t", " ")), name
        shown.encode()


def _format(kind: str, path: str) -> Target:
    return lambda text: document(kind, path, text)


def _grammar(name: str) -> Target:
    return lambda text: grammar(name, text)


TARGETS: dict[str, Target] = {
    **{
        f"{kind}-{path.rpartition('.')[2]}" if len(paths) > 1 else kind: _format(kind, path)
        for kind, paths in PATHS.items()
        for path in paths
    },
    **{f"grammar-{name}": _grammar(name) for name in GRAMMARS},
    "values": values,
    "settings": settings,
    "recognition": recognition,
    "secrets": secret,
    "report": report,
    "project": project,
}
