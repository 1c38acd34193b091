"""Tables made from `grammars/` by `deploylint.syntax.compiler`. Do not edit."""
