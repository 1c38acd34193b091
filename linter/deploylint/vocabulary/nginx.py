"""What nginx knows: directives by context and release, variables, and the directives of other modules by name.

    directive("http2")                       -> Directive with all variants of all releases, or None
    directive("http2", target=(1, 24))       -> None: since 1.25.1
    directive("ssl").removed                 -> (1, 25, 1)
    contexts_of("root", target=(1, 22, 1))   -> {"http", "server", "location", "if-in-location"}
    third_party("more_set_headers")          -> "headers-more"
    known("brotli"), is_variable("arg_page"), is_variable("status", stream=True), names()

A version is a tuple of up to three numbers; (1, 24) is 1.24.0. Names of directives are case-sensitive, those of
variables are not. The facts come from the ngx_command_t and ngx_http_variable_t tables of every release since
1.4.0; this version stands for itself and all before it.
"""

from collections.abc import Collection
from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.vocabulary.data.nginx import DIRECTIVES, MODULES, NEWEST, OLDEST, PREFIXES, VARIABLES

__all__ = [
    "CONTEXTS",
    "NEWEST",
    "OLDEST",
    "Directive",
    "Variant",
    "Version",
    "contexts_of",
    "directive",
    "is_fixed_variable",
    "is_variable",
    "known",
    "names",
    "third_party",
    "variable_makers",
    "variable_since",
    "variables",
]

Version = tuple[int, ...]

# Modules whose directives `set_... $variable` make the variable, and the endings of their other directives.
_MAKING_VARIABLES = frozenset({"set-misc", "encrypted-session", "form-input"})
_SETTINGS_OF_THESE = ("_padding", "_alphabet")

CONTEXTS = (
    "main",
    "events",
    "http",
    "server",
    "location",
    "upstream",
    "if-in-server",
    "if-in-location",
    "limit_except",
    "stream",
    "stream-server",
    "stream-upstream",
    "mail",
    "mail-server",
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write a directive: nginx tries them until one fits the context.

    `counts`: allowed numbers of arguments. `at_least`: that many or more are allowed as well, or None.
    `kind`: what the value is, from the C function that reads it: `flag` (on or off in any case), `size`,
    `offset` (a size that may be in gigabytes), `number`, `milliseconds` and `seconds` (both are time spans, the
    second without `ms`), `enum` and `bitmask` (see `words`), `string`, `strings`, `key-value`, `buffers` (number
    and size), `path`, `access`, `predicates`, `template` (variables are replaced), `template-size`, `mime-types`,
    `bind`, `ignored` (obsolete, a warning and no effect), `custom`.
    `refuses_duplicate`: a second one in the same block is an error ("is duplicate").
    `words`: what an `enum` or a `bitmask` takes, case-insensitive (ngx_conf_file.c). `bounds`: least and greatest
    `number`, either may be None. `replacement`: what the deprecation warning of nginx says to use, or "".
    `module`: the C file without suffix. `ranges`: (first version, first version without it or None).
    """

    contexts: tuple[str, ...]
    counts: tuple[int, ...]
    at_least: int | None
    block: bool
    kind: str
    refuses_duplicate: bool
    words: tuple[str, ...]
    bounds: tuple[int | None, int | None]
    replacement: str
    module: str
    ranges: tuple[tuple[tuple[int, int, int], tuple[int, int, int] | None], ...]

    def accepts(self, arguments: int) -> bool:
        """May it have so many arguments?"""
        return arguments in self.counts or (self.at_least is not None and arguments >= self.at_least)

    @property
    def min_args(self) -> int:
        """The least number of arguments."""
        return min(self.counts) if self.at_least is None else min(*self.counts, self.at_least, self.at_least)

    @property
    def max_args(self) -> int | None:
        """The greatest number of arguments, None where there is no limit."""
        return max(self.counts) if self.at_least is None else None

    def known_in(self, version: Version) -> bool:
        """Does that release have it?"""
        return _in_ranges(self.ranges, version)


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive with at least one variant. `since` OLDEST means that release or any before."""

    name: str
    variants: tuple[Variant, ...]

    @property
    def since(self) -> tuple[int, int, int]:
        """The first release that knows the name, or that a distribution patched it into."""
        return min(variant.ranges[0][0] for variant in self.variants)

    @property
    def removed(self) -> tuple[int, int, int] | None:
        """The first release that does not know the name any more."""
        ends = [variant.ranges[-1][1] for variant in self.variants]
        last = [end for end in ends if end is not None]
        return max(last) if len(last) == len(ends) else None

    def variants_in(self, context: str) -> tuple[Variant, ...]:
        """The variants that a context allows."""
        return tuple(variant for variant in self.variants if context in variant.contexts)


def directive(name: str, target: Version | None = None) -> Directive | None:
    """The directive with its variants of all releases, or of the target only; None if there are none."""
    rows = DIRECTIVES.get(name, ())
    variants = tuple(
        Variant(
            contexts,
            counts,
            None if at_least < 0 else at_least,
            block,
            kind,
            refuses,
            words,
            (bounds[0], bounds[1]) if bounds else (None, None),
            replacement,
            module,
            ranges,
        )
        for contexts, counts, at_least, block, kind, refuses, words, bounds, replacement, module, ranges in rows
        if target is None or _in_ranges(ranges, target)
    )
    return Directive(name, variants) if variants else None


def known(name: str, target: Version | None = None) -> bool:
    """Is it a directive of nginx (of the target), or of a known third-party module?"""
    rows = DIRECTIVES.get(name, ())
    return any(target is None or _in_ranges(row[-1], target) for row in rows) or third_party(name) is not None


def third_party(name: str) -> str | None:
    """The module that brings the directive, such as `lua` or `NGINX Plus`, if nginx itself never had it."""
    if name in DIRECTIVES:
        return None
    found = MODULES.get(name)
    if found is None:
        found = next((module for prefix, module in PREFIXES.items() if name.startswith(prefix)), None)
    return found


def variable_makers() -> list[str]:
    """Directives of set-misc and its kin: their first argument is a variable, which they make."""
    return [
        name
        for name, module in MODULES.items()
        if module in _MAKING_VARIABLES and name.startswith("set_") and not name.endswith(_SETTINGS_OF_THESE)
    ]


@lru_cache(maxsize=2048)
def contexts_of(name: str, target: Version | None = None) -> frozenset[str]:
    """All contexts that allow the directive."""
    return frozenset(
        context
        for row in DIRECTIVES.get(name, ())
        if target is None or _in_ranges(row[-1], target)
        for context in row[0]
    )


def names() -> Collection[str]:
    """The directives of nginx, of all releases; without those of third-party modules."""
    return DIRECTIVES.keys()


def is_variable(name: str, *, stream: bool = False, target: Version | None = None) -> bool:
    """Is it a built-in variable, without the dollar sign? Names such as `http_x_foo` fit their prefix."""
    ranges = _variable(name, stream=stream)
    return bool(ranges) and (target is None or _in_ranges(ranges, target))


def is_fixed_variable(name: str, *, stream: bool = False, target: Version | None = None) -> bool:
    """Is it a built-in variable by its whole name, not by a prefix such as `http_`?"""
    ranges = VARIABLES["stream" if stream else "http"].get(name.lower())
    return bool(ranges) and not name.endswith("_") and (target is None or _in_ranges(ranges or (), target))


def variables(*, stream: bool = False) -> Collection[str]:
    """The names of all built-in variables; one that ends with an underscore is a prefix."""
    return VARIABLES["stream" if stream else "http"].keys()


def variable_since(name: str, *, stream: bool = False) -> tuple[int, int, int] | None:
    """The first release with the built-in variable, None if there is none."""
    ranges = _variable(name, stream=stream)
    return ranges[0][0] if ranges else None


_Ranges = tuple[tuple[tuple[int, int, int], tuple[int, int, int] | None], ...]


@lru_cache(maxsize=2048)
def _variable(name: str, *, stream: bool) -> _Ranges:
    table = VARIABLES["stream" if stream else "http"]
    folded = name.lower()
    if folded in table:
        return table[folded]
    # The longest prefix wins, as in ngx_http_variables_init_vars.
    prefixes = [entry for entry in table if entry.endswith("_") and folded.startswith(entry)]
    return table[max(prefixes, key=len)] if prefixes else ()


def _in_ranges(ranges: _Ranges, version: Version) -> bool:
    padded = (*version, 0, 0)[:3]
    return any(
        (since <= padded or since == OLDEST) and (until is None or padded < until) for since, until in ranges
    )
