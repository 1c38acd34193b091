"""Generated from grammars/python_format_string.lark by deploylint.syntax.compiler."""

DIGEST = 'b591fcfcbc1de28c'
PATTERN = '(?:(\\{(?!\\{)(?:[^{}\'"]|\'[^\']*+\'|"[^"]*+"|\\{(?:[^{}\'"]|\'[^\']*+\'|"[^"]*+")*+\\})++\\})|([^{}]++)|(\\{\\{|\\}\\})|([{}])|((?s:.))|\\Z)'
TERMINALS = ('$END', 'FIELD', 'TEXT', 'DOUBLED', 'BRACE', '$UNEXPECTED')
IGNORED = ()
KEYWORDS = {}
ROWS = (
    (-5, -5, -5, -5, -5, 0),
    (-6, -6, -6, -6, -6, 0),
    (-7, -7, -7, -7, -7, 0),
    (-2, 2, 9, 10, 3, 0),
    (-1, 1, 1, 1, 1, 0),
    (-10, -10, -10, -10, -10, 0),
    (-8, -8, -8, -8, -8, 0),
    (-3, -3, -3, -3, -3, 0),
    (-4, -4, -4, -4, -4, 0),
    (-9, -9, -9, -9, -9, 0),
    (0, 0, 0, 0, 0, 0),
)
GOTOS = (
    {},
    {},
    {},
    {1: 10, 0: 4},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
)
DEFAULTS = (4, 5, 6, -1, -1, 9, 7, 2, 3, 8, -1)
RULES = (
    (4, 1, 1, 'start', ((0, True),)),
    (4, 0, 1, 'start', ()),
    (1, 1, 0, '__start_star_0', ((0, False),)),
    (1, 1, 0, '__start_star_0', ((0, False),)),
    (1, 1, 0, '__start_star_0', ((0, False),)),
    (1, 1, 0, '__start_star_0', ((0, False),)),
    (0, 2, 0, '__start_star_0', ((0, True), (1, False))),
    (0, 2, 0, '__start_star_0', ((0, True), (1, False))),
    (0, 2, 0, '__start_star_0', ((0, True), (1, False))),
    (0, 2, 0, '__start_star_0', ((0, True), (1, False))),
)
START = 3
END = 10
