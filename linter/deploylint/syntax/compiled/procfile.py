"""Generated from grammars/procfile.lark by deploylint.syntax.compiler."""

DIGEST = 'd39918b06f1754a9'
PATTERN = '(?:\\s++)*+(?:(#[^\n]*+)|([A-Za-z0-9_-]++[ \t]*+:[^\n]*+)|(\\S[^\n]*+)|((?s:.))|\\Z)'
TERMINALS = ('$END', 'COMMENT', 'ENTRY', 'STRAY', '$UNEXPECTED')
IGNORED = ()
KEYWORDS = {}
ROWS = (
    (0, 0, 0, 0, 0),
    (-4, -4, -4, -4, 0),
    (-7, -7, -7, -7, 0),
    (-5, -5, -5, -5, 0),
    (-3, -3, -3, -3, 0),
    (-1, 1, 1, 1, 0),
    (-2, 3, 6, 5, 0),
    (-8, -8, -8, -8, 0),
    (-6, -6, -6, -6, 0),
)
GOTOS = (
    {},
    {},
    {},
    {},
    {},
    {},
    {1: 0, 0: 5},
    {},
    {},
)
DEFAULTS = (-1, 3, 6, 4, 2, -1, -1, 7, 5)
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
START = 6
END = 0
