"""Grammars and the parser that runs them.

Each syntax is described once, in `grammars/<name>.lark`. `compiler` (needs lark) turns such a file
into `compiled/<name>.py`: Lark's own LALR table and one regular expression made of its terminals.
`driver` (needs nothing) runs it. Stock Lark on the same file stays the reference: tests show that
both give the same tree and refuse the same texts.

To write a grammar:

- `start` is the start rule; the lexer is Lark's basic lexer, so terminals are tried by priority,
  then by length. Quantifiers inside terminals are possessive (`*+`, `?+`) to keep time linear, and
  groups do not capture (`(?:...)`).
- White space goes into a terminal named `WS` with `%ignore WS`. No other terminal may begin with
  what `WS` matches. Other ignored terminals (comments between tokens) come back in `Parsed.ignored`.
- Make lexing total where a broken statement must cost only itself: give broken text terminals of
  its own. What no terminal matches is an error of one code point.
- Lists at the grain of a statement read `(STATEMENT | block | COMMENT)*`, terminals first: such a
  list costs one append per token.

To use one:

    from deploylint.syntax.compiled import words
    from deploylint.syntax.driver import Parser, Token, Tree

    PARSER = Parser(words, builders={"word": build_word}, tokens={"NAME": build_name})
    parsed = PARSER.parse(text)          # Parsed(value, errors, ignored)

A builder takes the list of a rule's children (as Lark would give them: `_inlined` rules spliced,
`?rule` with one child passed through, `_FILTERED` and anonymous tokens left out) and returns the
node. A token builder takes `(start, end)`. What has no builder becomes a `Tree` or a `Token`.
After a change run `python -m deploylint.syntax.compiler`; a test fails while a table is stale.
"""
