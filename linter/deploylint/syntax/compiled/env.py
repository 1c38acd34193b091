"""Generated from grammars/env.lark by deploylint.syntax.compiler."""

DIGEST = '85b5b8a0966c0a37'
PATTERN = '(?:[\\s\ufeff]++)*+(?:(#[^\n]*+)|((?x:\n    (?!\ufeff)\n    (?:export[ \t]++)?+\n    [^\\s=\\#\'"][^=\n\'"]*+=[ \t]*+\n    (?: "(?:[^"\\\\]++|\\\\[\\s\\S])*+"[^\n]*+ | \'[^\']*+\'[^\n]*+ | [^\n]*+ )\n  ))|([^\\s\ufeff][^\n]*+)|((?s:.))|\\Z)'
TERMINALS = ('$END', 'COMMENT', 'ENTRY', 'BARE', '$UNEXPECTED')
IGNORED = ()
KEYWORDS = {}
ROWS = (
    (-2, 6, 10, 9, 0),
    (-1, 1, 1, 1, 0),
    (-7, -7, -7, -7, 0),
    (0, 0, 0, 0, 0),
    (-4, -4, -4, -4, 0),
    (-8, -8, -8, -8, 0),
    (-6, -6, -6, -6, 0),
    (-5, -5, -5, -5, 0),
    (-3, -3, -3, -3, 0),
)
GOTOS = (
    {0: 1, 1: 3},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
)
DEFAULTS = (-1, -1, 6, -1, 3, 7, 5, 4, 2)
RULES = (
    (4, 1, 1, 'start', ((0, True),)),
    (4, 0, 1, 'start', ()),
    (1, 1, 0, '__start_star_0', ((0, False),)),
    (1, 1, 0, '__start_star_0', ((0, False),)),
    (1, 1, 0, '__start_star_0', ((0, False),)),
    (0, 2, 0, '__start_star_0', ((0, True), (1, False))),
    (0, 2, 0, '__start_star_0', ((0, True), (1, False))),
    (0, 2, 0, '__start_star_0', ((0, True), (1, False))),
)
START = 0
END = 3
