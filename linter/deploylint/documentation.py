"""A rule's docstring taken apart: summary, sections, and the files of its examples.

    Summary line.

    ## Why is this bad?
    ## Example            one or more fences: a project that has the fault
    ## Use instead        the same project without it
    ## When it is fine    where there is such a case
    ## Fix safety
    ## References

A fence names its language; `title="path"` gives the file's path, else the language has a usual one.
"""

from inspect import cleandoc

from deploylint.dataclass import dataclass
from deploylint.pattern import MULTILINE, pattern
from deploylint.source import Source

USUAL_PATHS = {
    "nginx": "nginx/site.conf",
    "systemd": "systemd/app.service",
    "supervisor": "supervisor/app.conf",
    "gunicorn": "gunicorn.conf.py",
    "python": "app.py",
    "uwsgi": "uwsgi.ini",
    "compose": "compose.yaml",
    "yaml": "compose.yaml",
    "dockerfile": "Dockerfile",
    "env": ".env",
    "procfile": "Procfile",
    "sh": "start.sh",
    "toml": "deploylint.toml",
}

SECTIONS = ("Why is this bad?", "Example", "Use instead", "When it is fine", "Fix safety", "References")

_SECTION = pattern(r"^## +(.+?)[ \t]*$", MULTILINE)
# A longer fence may hold shorter ones.
_FENCE = pattern(r'^(`{3,})(\w+)(?:[ \t]+title="([^"\n]+)")?[ \t]*\n((?:(?!\1).*\n)*)\1[ \t]*$', MULTILINE)


@dataclass(frozen=True, slots=True)
class Documentation:
    """`summary` is one line; `sections` maps a heading to its Markdown."""

    summary: str
    sections: dict[str, str]
    text: str

    def example(self, section: str) -> list[Source]:
        """The files that a section's fences show."""
        return fenced_files(self.sections.get(section, ""))


def read(docstring: str) -> Documentation:
    """Take a docstring apart. Missing parts are empty."""
    text = cleandoc(docstring)
    parts = _SECTION.split(text)
    summary = parts[0].strip().partition("\n")[0]
    sections = {heading: body.strip("\n") for heading, body in zip(parts[1::2], parts[2::2], strict=True)}
    return Documentation(summary, sections, text)


def fenced_files(markdown: str) -> list[Source]:
    """The files in Markdown fences.

    Raises ValueError for a language without a usual path and without a title.
    """
    files = []
    for _, language, title, text in _FENCE.findall(markdown):
        path = title or USUAL_PATHS.get(language)
        if path is None:
            raise ValueError(f"a {language} fence needs a title")
        files.append(Source(path, text))
    return files
