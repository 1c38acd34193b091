"""The language server: the engine behind an editor.

`positions` and `addresses` are the edge to the protocol, `workspace` and `folder` hold what the editor has open,
`diagnostics`, `actions`, `hover`, `completion` and `definition` answer, `languages` has what each format knows, and
`server` speaks. Only `deploylint.commands.lsp` imports this package: it needs the extra `lsp`.
"""
