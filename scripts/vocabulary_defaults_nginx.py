"""What nginx takes where a directive is not written: the value from its documentation, the releases from its source."""

import re
import subprocess
import xml.etree.ElementTree as ET  # the documentation is one's own clone
from collections.abc import Iterable, Iterator

from vocabulary_nginx_source import Repository, Version

OLDEST = (1, 4, 0)

# Paths and names that `./configure` sets; every distribution has its own.
BUILT_IN = re.compile(r"access_log|error_log|pid|lock_file|user|\w+_temp_path")
# Descriptions, not values.
DESCRIBED = re.compile(r"host from|IP address|hostname|\.\.\.|bundle")
# Where the source has another value than the documentation.
CONTRADICTED = {"ssi_value_length", "tunnel_buffer_size"}
# Fields that setters of their own fill, where they are not called like the directive.
FIELDS = {"worker_connections": "connections", "ssl_session_cache": "builtin_session_cache"}
CONTEXTS = {"if in location": "if-in-location", "if in server": "if-in-server"}
PARTS = {"stream": "stream-", "mail": "mail-"}

Expressions = dict[tuple[str, str], str]
Row = tuple[list[str], str, str]


def git(directory: str, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", directory, *arguments], capture_output=True, text=True, check=True
    ).stdout


def documented(directory: str) -> Iterator[tuple[str, Row]]:
    """Directive -> contexts, default and part, from a clone of nginx/nginx.org."""
    for path in git(directory, "ls-tree", "-r", "--name-only", "HEAD", "xml/en/docs").split():
        if re.search(r"/ngx_\w+_module\.xml$", path):
            part = next((part for part in PARTS if f"/{part}/" in path), "http")
            yield from described(git(directory, "show", f"HEAD:{path}"), part)


def described(text: str, part: str) -> Iterator[tuple[str, Row]]:
    """What one page says."""
    text = re.sub(r"<!DOCTYPE[^>]*>|&(?!amp;|lt;|gt;)[\w#]+;", " ", text)
    for directive in ET.fromstring(text).iter("directive"):  # noqa: S314
        defaults = directive.findall("default")
        value = " ".join((defaults[0].text or "").split()) if len(defaults) == 1 else ""
        name = directive.get("name", "")
        if not value or len(defaults[0]) or DESCRIBED.search(value) or BUILT_IN.fullmatch(name):
            continue
        contexts = [_context((one.text or "").strip(), part) for one in directive.findall("context")]
        yield name, (contexts, value, part)


def _context(name: str, part: str) -> str:
    if name in ("server", "upstream"):
        return f"{PARTS.get(part, '')}{name}"
    return CONTEXTS.get(name, name)


class DefaultsOfSource:
    """What `ngx_conf_merge_..._value` and `ngx_conf_init_..._value` say, release by release."""

    def __init__(self, directory: str) -> None:
        self.repository = Repository(directory)
        self.directory = directory
        self.read: dict[str, tuple[Expressions, dict[str, str]]] = {}

    def releases(self) -> list[Version]:
        """The releases, the newest one first."""
        return [version for version in reversed(self.repository.releases()) if version >= OLDEST]

    def of(self, version: Version) -> Expressions:
        """(part, directive) -> the C expression of its default in a release; ` upstream` ends a part of its own."""
        tag = "release-" + ".".join(map(str, version))
        found: Expressions = {}
        macros: dict[str, str] = {}
        for line in git(self.directory, "ls-tree", "-r", tag, "src").splitlines():
            _, _, blob, path = line.split(None, 3)
            if not path.endswith((".c", ".h")):
                continue
            if blob not in self.read:
                text = subprocess.run(
                    ["git", "-C", self.directory, "cat-file", "blob", blob], capture_output=True, check=True
                ).stdout.decode("utf-8", "replace")
                self.read[blob] = (
                    expressions(text),
                    dict(re.findall(r"^#define[ \t]+(NGX_\w+)[ \t]+((?:.*\\\n)*.*)$", text, re.MULTILINE)),
                )
            defaults, defined = self.read[blob]
            macros |= defined
            part = next((part for part in PARTS if path.startswith(f"src/{part}/")), "http")
            found |= {(part + block, name): expression for (block, name), expression in defaults.items()}
        return {key: _expanded(expression, macros) for key, expression in found.items()}


def expressions(text: str) -> Expressions:
    """(` upstream` or nothing, directive) -> expression, of one C file."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    merged = re.findall(
        r"ngx_conf_(?:merge|init)_(?:\w+_)?value\(\s*\w+->([\w.]+),\s*(?:prev->[\w.]+,\s*)?(.*?)\);",
        text,
        re.DOTALL,
    )
    fields = {field: " ".join(expression.split()) for field, expression in merged}
    found = {}
    entry = r'\{\s*ngx_string\("(\w+)"\)\s*,([^,]*),\s*\w+\s*,[^,]*,\s*(?:offsetof\(\w+,\s*([\w.]+)\)|0)\s*,'
    for name, flags, field in re.findall(entry, text):
        block = " upstream" if re.search(r"_UPS_CONF", flags) and "_LOC_CONF" not in flags else ""
        for wanted in (field, FIELDS.get(name, name)):
            if wanted in fields:
                found[block, name] = fields[wanted]
                break
    return found


def _expanded(expression: str, macros: dict[str, str]) -> str:
    """The expression with what its macros stand for, so that a change of one of them is seen."""
    for _ in range(3):
        expression = re.sub(r"\bNGX_\w+\b", lambda found: macros.get(found[0], found[0]), expression)
    return " ".join(expression.split())


def learn(documentation: str, source: str, known: Iterable[str]) -> dict[str, list[list[object]]]:
    """Directive -> rows of contexts, default, and the first release of which that is known.

    Where the source gives the value in another way than by a macro, that is the newest release.
    """
    defaults = DefaultsOfSource(source)
    releases = defaults.releases()
    newest = defaults.of(releases[0])
    since = dict.fromkeys(newest, releases[0])
    open_ones = set(newest)
    for version in releases[1:]:
        there = defaults.of(version)
        open_ones = {key for key in open_ones if there.get(key) == newest[key]}
        since |= dict.fromkeys(open_ones, version)
    names = set(known)
    found: dict[str, list[list[object]]] = {}
    for name, (contexts, value, part) in documented(documentation):
        if name in names and name not in CONTRADICTED:
            block = " upstream" if contexts == [_context("upstream", part)] else ""
            first = since.get((part + block, name), releases[0])
            found.setdefault(name, []).append([contexts, value, list(first)])
    return dict(sorted(found.items()))
