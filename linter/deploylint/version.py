"""The version, apart from everything else so that the build backend and `--version` read it cheaply."""

__version__ = "0.1.0"
