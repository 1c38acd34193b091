"""What the C source of one nginx release says of its directives and variables, without compiling it."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# ngx_conf_file.h, ngx_event.h, ngx_http_config.h, ngx_mail.h, ngx_stream.h
CONTEXTS = {
    "NGX_MAIN_CONF": "main",
    "NGX_EVENT_CONF": "events",
    "NGX_HTTP_MAIN_CONF": "http",
    "NGX_HTTP_SRV_CONF": "server",
    "NGX_HTTP_LOC_CONF": "location",
    "NGX_HTTP_UPS_CONF": "upstream",
    "NGX_HTTP_SIF_CONF": "if-in-server",
    "NGX_HTTP_LIF_CONF": "if-in-location",
    "NGX_HTTP_LMT_CONF": "limit_except",
    "NGX_STREAM_MAIN_CONF": "stream",
    "NGX_STREAM_SRV_CONF": "stream-server",
    "NGX_STREAM_UPS_CONF": "stream-upstream",
    "NGX_MAIL_MAIN_CONF": "mail",
    "NGX_MAIL_SRV_CONF": "mail-server",
}
Version = tuple[int, int, int]

ANYWHERE = "NGX_ANY_CONF"

# Setter -> what the value is. Other setters are `custom`.
KINDS = {
    "ngx_conf_set_flag_slot": "flag",
    "ngx_conf_set_size_slot": "size",
    "ngx_conf_set_off_slot": "offset",
    "ngx_conf_set_num_slot": "number",
    "ngx_conf_set_msec_slot": "milliseconds",
    "ngx_conf_set_sec_slot": "seconds",
    "ngx_conf_set_str_slot": "string",
    "ngx_conf_set_str_array_slot": "strings",
    "ngx_conf_set_bitmask_slot": "bitmask",
    "ngx_conf_set_enum_slot": "enum",
    "ngx_conf_set_keyval_slot": "key-value",
    "ngx_conf_set_bufs_slot": "buffers",
    "ngx_conf_set_path_slot": "path",
    "ngx_conf_set_access_slot": "access",
    "ngx_http_set_predicate_slot": "predicates",
    "ngx_http_set_complex_value_slot": "template",
    "ngx_http_set_complex_value_zero_slot": "template",
    "ngx_http_set_complex_value_size_slot": "template-size",
    "ngx_stream_set_complex_value_slot": "template",
    "ngx_stream_set_complex_value_zero_slot": "template",
    "ngx_stream_set_complex_value_size_slot": "template-size",
    "ngx_http_types_slot": "mime-types",
    "ngx_http_upstream_bind_set_slot": "bind",
    "ngx_http_v2_obsolete": "ignored",
    "ngx_http_v2_push_obsolete": "ignored",
}

# Setters that say "is duplicate" of something else than a second directive, such as a parameter given twice, or
# only for some values (read in the source, held against nginx -t by tests/oracles).
NOT_REFUSING = {
    "ngx_http_limit_conn",
    "ngx_stream_limit_conn",
    "ngx_http_limit_req",
    "ngx_http_mirror",
    "ngx_http_proxy_cookie_domain",
    "ngx_http_proxy_cookie_flags",
    "ngx_http_proxy_cookie_path",
    "ngx_http_proxy_redirect",
}


@dataclass
class SourceFile:
    """What one C file or header defines."""

    commands: list[tuple[str, list[str], str, str]] = field(default_factory=list)
    tables: dict[str, list[str]] = field(default_factory=dict)
    bounds: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    deprecated: dict[str, str] = field(default_factory=dict)
    variables: dict[str, set[str]] = field(default_factory=dict)
    refusing: set[str] = field(default_factory=set)
    calling: dict[str, set[str]] = field(default_factory=dict)
    macros: dict[str, list[str]] = field(default_factory=dict)


def parse_file(text: str) -> SourceFile:
    """Read one C file or header."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    file = SourceFile()
    for name, body in re.findall(
        r"^#define\s+(NGX_\w+)\s+\(?((?:NGX_\w+[\s|\\]*)+)\)?\s*$", text, re.MULTILINE
    ):
        file.macros[name] = re.findall(r"NGX_\w+", body)
    for body in re.findall(r"ngx_command_t\s+\w+\s*\[\]\s*=\s*\{(.*?)\n\};", text, re.DOTALL):
        entry = r'\{\s*ngx_string\("([^"]+)"\)\s*,\s*([^,]*?),\s*(\w+)\s*,(?:[^{}]*?),\s*([^,{}]*?)\s*\}\s*,'
        for name, flags, setter, post in re.findall(entry, body):
            file.commands.append((name, re.findall(r"NGX_\w+", flags), setter, post.lstrip("&")))
    table = r"ngx_conf_(?:enum|bitmask)_t\s+(\w+)\s*\[\]\s*=\s*\{(.*?)\n\};"
    for name, body in re.findall(table, text, re.DOTALL):
        file.tables[name] = re.findall(r'ngx_string\("([^"]*)"\)', body)
    bounds = r"ngx_conf_num_bounds_t\s+(\w+)\s*=\s*\{\s*ngx_conf_check_num_bounds,\s*(-?\d+),\s*(-?\d+)"
    for name, low, high in re.findall(bounds, text):
        file.bounds[name] = (int(low), None if int(high) == -1 else int(high))
    deprecated = r'ngx_conf_deprecated_t\s+(\w+)\s*=\s*\{\s*ngx_conf_deprecated,\s*"[^"]+",\s*"([^"]+)"'
    file.deprecated = dict(re.findall(deprecated, text))
    _read_variables(file, text)
    for name, body in re.findall(r"^(ngx_\w+)\([^;{}]*?\)\n\{\n(.*?)^\}", text, re.DOTALL | re.MULTILINE):
        if 'is duplicate"' in body or "directive is duplicate" in body:
            file.refusing.add(name)
        file.calling[name] = set(re.findall(r"=\s*(ngx_\w+_slot)\(cf, cmd, conf\)", body))
        file.calling[name] |= set(re.findall(r"return (ngx_\w+_slot)\(cf, cmd, conf\)", body))
    return file


def _read_variables(file: SourceFile, text: str) -> None:
    arrays = r"ngx_(http|stream)_variable_t\s+\w+\s*\[\]\s*=\s*\{(.*?)\n\};"
    for part, body in re.findall(arrays, text, re.DOTALL):
        file.variables.setdefault(part, set()).update(re.findall(r'ngx_string\("([^"]*)"\)', body))
    names = dict(re.findall(r'ngx_str_t\s+(\w+)\s*=\s*ngx_string\("([^"]+)"\)', text))
    for part, name in re.findall(r"ngx_(http|stream)_add_variable\(cf,\s*&(\w+)", text):
        if name in names:
            file.variables.setdefault(part, set()).add(names[name])


def release_of(
    files: Iterable[tuple[str, SourceFile]],
) -> tuple[dict[str, list[list[object]]], dict[str, set[str]]]:
    """Directives and variables of a release, from its files (name of the module, content).

    Directive -> rows of contexts, allowed counts of arguments, least count where there is no upper limit (-1:
    there is one), block, kind, refuses a repetition, words, bounds, replacement, module.
    """
    files = list(files)
    macros = {name: atoms for _, file in files for name, atoms in file.macros.items()}
    tables = {name: words for _, file in files for name, words in file.tables.items()}
    bounds = {name: pair for _, file in files for name, pair in file.bounds.items()}
    deprecated = {name: new for _, file in files for name, new in file.deprecated.items()}
    refusing = set().union(*(file.refusing for _, file in files))
    calling = {name: called for _, file in files for name, called in file.calling.items()}
    directives: dict[str, list[list[object]]] = {}
    variables: dict[str, set[str]] = {"http": set(), "stream": set()}
    for module, file in files:
        # An enumeration is file-local: a module's own table comes before one of the same name elsewhere.
        for name, flags, setter, post in file.commands:
            atoms = [atom for flag in flags for atom in _expanded(flag, macros)]
            contexts = _contexts(atoms)
            if not contexts:
                continue
            counts, least = _counts(atoms)
            refuses = setter not in NOT_REFUSING and (
                setter in refusing or bool(calling.get(setter, set()) & refusing - NOT_REFUSING)
            )
            words = file.tables.get(post, tables.get(post, []))
            row = [
                contexts,
                counts,
                least,
                "NGX_CONF_BLOCK" in atoms,
                KINDS.get(setter, "custom"),
                refuses,
                words,
            ]
            row += [list(bounds.get(post, ())), deprecated.get(post, ""), module]
            if row not in directives.setdefault(name, []):
                directives[name].append(row)
        for part, names in file.variables.items():
            variables[part] |= names
    return directives, variables


def _expanded(flag: str, macros: dict[str, list[str]]) -> Iterator[str]:
    if flag in CONTEXTS or flag == ANYWHERE or flag.startswith("NGX_CONF_TAKE") or flag not in macros:
        if re.fullmatch(r"NGX_CONF_TAKE\d{2,}", flag):
            yield from (f"NGX_CONF_TAKE{digit}" for digit in flag.removeprefix("NGX_CONF_TAKE"))
        else:
            yield flag
        return
    for atom in macros[flag]:
        yield from _expanded(atom, macros)


def _contexts(atoms: Iterable[str]) -> list[str]:
    atoms = set(atoms)
    return [name for atom, name in CONTEXTS.items() if atom in atoms or ANYWHERE in atoms]


def _counts(atoms: Iterable[str]) -> tuple[list[int], int]:
    counts = set()
    least = -1
    for atom in atoms:
        if atom == "NGX_CONF_FLAG":
            counts.add(1)
        elif atom == "NGX_CONF_NOARGS":
            counts.add(0)
        elif atom.startswith("NGX_CONF_TAKE"):
            counts.add(int(atom.removeprefix("NGX_CONF_TAKE")))
        elif atom in {"NGX_CONF_ANY", "NGX_CONF_1MORE", "NGX_CONF_2MORE"}:
            least = {"NGX_CONF_ANY": 0, "NGX_CONF_1MORE": 1, "NGX_CONF_2MORE": 2}[atom]
    return sorted(counts), least


def files_of_tree(directory: Path) -> Iterator[tuple[str, SourceFile]]:
    """The C files and headers under a directory."""
    for path in sorted(directory.rglob("*.[ch]")):
        yield path.stem, parse_file(path.read_text(encoding="utf-8", errors="replace"))


class Repository:
    """A clone of nginx; a file that is the same in many releases is read once."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.parsed: dict[str, SourceFile] = {}

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", self.directory, *arguments]
        return subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout

    def releases(self) -> list[Version]:
        """The release tags, in the order of their versions."""
        found = re.findall(r"^release-(\d+)\.(\d+)\.(\d+)$", self._git("tag"), re.MULTILINE)
        return sorted((int(major), int(minor), int(patch)) for major, minor, patch in found)

    def files(self, version: Version) -> Iterator[tuple[str, SourceFile]]:
        """The files of a release."""
        tag = "release-" + ".".join(map(str, version))
        for line in self._git("ls-tree", "-r", tag, "src").splitlines():
            _, _, blob, path = line.split(None, 3)
            if not path.endswith((".c", ".h")):
                continue
            if blob not in self.parsed:
                self.parsed[blob] = parse_file(self._git("cat-file", "blob", blob))
            yield Path(path).stem, self.parsed[blob]
