"""Bodies of `*_by_lua_block`: Lua, which the lua module reads itself and nginx's tokenizer never sees."""

from deploylint.pattern import pattern

_OPENING = pattern(
    r"(?<![^ \t\r\n;{}])(?:#[^\n]*+"
    r"|(?P<lua>[\"']?+[a-z_]++(?<=_by_lua_block)[\"']?+[^;{}#\"'\\]{0,200}+\{)"
    r"|\"(?:[^\"\\]++|\\[\s\S])*+(?:\"|\Z)|'(?:[^'\\]++|\\[\s\S])*+(?:'|\Z))"
)
_STATEMENT_BEGINS = pattern(r"(?:\A|[\n;{}])[ \t\r]*\Z")
# Comments, strings and long brackets of Lua 5.1 (reference manual, 2.1), in which braces mean nothing.
_LUA = pattern(
    r"--\[(?P<comment>=*+)\[[\s\S]*?(?:\](?P=comment)\]|\Z)|--[^\n]*+"
    r"|\[(?P<string>=*+)\[[\s\S]*?(?:\](?P=string)\]|\Z)"
    r"|\"(?:[^\"\\\n]++|\\[\s\S])*+\"?|'(?:[^'\\\n]++|\\[\s\S])*+'?"
    r"|(?P<brace>[{}])"
)


def hide(text: str) -> str:
    """The text with blanks in place of all Lua, offsets unchanged. A body that does not end stays as it is."""
    pieces, done, position = [], 0, 0
    while (match := _OPENING.search(text, position)) is not None:
        position = max(match.end(), position + 1)
        if match["lua"] is None or not _STATEMENT_BEGINS.search(
            text[max(0, match.start() - 200) : match.start()]
        ):
            continue
        end = _closing_brace(text, match.end())
        if end is None:
            break
        pieces += [text[done : match.end()], " " * (end - match.end())]
        done = position = end
    return "".join([*pieces, text[done:]])


def _closing_brace(text: str, start: int) -> int | None:
    """Where the brace is that closes the one before `start`."""
    depth = 1
    for match in _LUA.finditer(text, start):
        if (brace := match["brace"]) is not None:
            depth += 1 if brace == "{" else -1
            if depth == 0:
                return match.start()
    return None
