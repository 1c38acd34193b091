"""The commands, a module each: what it is called, its arguments, and what it does.

Each module has `add_arguments(parser)` and `run(options)`, whose result is the exit status. Only the one that runs
is imported.
"""

# The names with the line that `--help` shows.
COMMANDS = {
    "check": "lint files and folders (the default)",
    "baseline": "record the findings that are there now, so that only new ones show",
    "completion": "print a completion script for bash, zsh or fish",
    "explain": "tell about a rule, or what causes an error text",
    "lsp": "serve editors: findings, fixes, hover, completion, definitions",
    "map": "show who starts whom, who listens where, who proxies to whom",
    "rules": "list all rules",
    "settings": "show the settings that hold, and where each comes from",
}
