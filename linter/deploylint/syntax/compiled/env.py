"""Generated from grammars/env.lark by deploylint.syntax.compiler."""

DIGEST = 'da9b2295c3ed8cbe'
PATTERN = '(?:[\\s\ufeff]++)*+(?:(#[^\n]*+)|((?x:\n    (?:export[ \t]++)?+\n    [^\\s=\\#\'"][^=\n\'"]*+=[ \t]*+\n    (?: "(?:[^"\\\\]++|\\\\[\\s\\S])*+"[^\n]*+ | \'[^\']*+\'[^\n]*+ | [^\n]*+ )\n  ))|([^\\s\ufeff][^\n]*+)|((?s:.))|\\Z)'
TERMINALS = ('$END', 'COMMENT', 'ENTRY', 'BARE', '$UNEXPECTED')
IGNORED = ()
KEYWORDS = {}
ROWS = (
    (-8, -8, -8, -8, 0),
    (-2, 9, 4, 7, 0),
    (-3, -3, -3, -3, 0),
    (-6, -6, -6, -6, 0),
    (-1, 1, 1, 1, 0),
    (-5, -5, -5, -5, 0),
    (0, 0, 0, 0, 0),
    (-4, -4, -4, -4, 0),
    (-7, -7, -7, -7, 0),
)
GOTOS = (
    {},
    {0: 4, 1: 6},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
)
DEFAULTS = (7, -1, 2, 5, -1, 4, -1, 3, 6)
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
START = 1
END = 6
