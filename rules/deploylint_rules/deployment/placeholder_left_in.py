from bisect import bisect_right
from collections.abc import Iterator

from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.document import Document
from deploylint.model.variants import is_example
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.source import Location, Source

_BRACKETED = r"<(?:your|my|insert|the|path|user|username|domain|project|app|server|host|ip|name)"
_PLACEHOLDER = pattern(
    r"/path/to/[\w./-]*+"
    r"|(?<![\w.-])(?:your|my)[-_]?(?:domain|site|server|host)(?:[-_]?name)?\.(?:com|org|net|tld|example)(?![\w-])"
    r"|(?<![\w$.{-])(?:your|YOUR)[-_](?:app|user|username|project|domain|domain[-_]name|server|host|ip|path|name|module|service|"
    r"APP|USER|USERNAME|PROJECT|DOMAIN|DOMAIN[-_]NAME|SERVER|HOST|IP|PATH|NAME|MODULE|SERVICE)(?![\w-])"
    rf"|(?<![\w?<(]){_BRACKETED}(?:[-_ ][\w -]{{0,40}})?+>"
    r"|(?m:^[ \t]*+\.\.\.[ \t]*+$)"
)
_MINE = pattern(r"my[-_]?(?:domain|site|server|host)")
_OPENING = pattern(_BRACKETED)
_PRINTING = pattern(r"[ \t]*+(?:echo|printf)\b")
_LONGEST_ELEMENT = 200  # code points of what an XML element with such a name holds


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptoms=(
        "Failed at step USER spawning *",
        "Changing to the requested working directory failed",
        "code=exited, status=217/USER",
        "code=exited, status=200/CHDIR",
    ),
)
def placeholder_left_in(document: Document, context: Context) -> Findings:
    """A placeholder of a tutorial was never replaced.

    ## Why is this bad?
    `/path/to/app`, `your-domain.com` or `<user>` name nothing on the server. systemd stops with
    217/USER or 200/CHDIR, nginx does not start, or the site answers to a name that nobody uses.

    ## Example
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/path/to/project
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## When it is fine
    In files that are samples to copy from. Files whose path says `example`, `sample` or `template` are left out, and so
    is what a script of the project replaces with `sed`.
    """
    if document.templated or not _may_hold_one(document.source.text) or is_example(document.path):
        return
    places: dict[str, list[Location]] = {}
    for text, at in _placeholders(document):
        places.setdefault(text, []).append(at)
    for text, (first, *others) in places.items():
        if _is_replaced(text, context.project):
            continue
        yield Finding(
            first,
            f'the placeholder "{text}" was not replaced',
            label="this is text from a template or tutorial",
            help=f"write the value of your server, here and {len(others)} times below"
            if others
            else "write the value of your server",
        )


def _placeholders(document: Document) -> Iterator[tuple[str, Location]]:
    """Every placeholder outside of comments."""
    text = document.source.text
    matches = list(_PLACEHOLDER.finditer(text))
    comments = [(span.start, span.end) for span in document.comments()] if matches else []
    starts = [start for start, _ in comments]
    for match in matches:
        index = bisect_right(starts, match.start()) - 1
        if index < 0 or match.start() >= comments[index][1]:
            found = match.group().strip()
            if document.format == "shell" and (
                found[0] in "<." or _PRINTING.match(_line(document.source, match.start()))
            ):
                continue  # what it prints: no command and no file has such a name
            if found[0] == "<" and f"</{found[1:]}" in text[match.end() : match.end() + _LONGEST_ELEMENT]:
                continue
            start = match.start() + match.group().index(found)
            yield found, document.source.location(start, start + len(found))


def _line(source: Source, offset: int) -> str:
    return source.line(source.position(offset).line)


def _is_replaced(placeholder: str, project: Project) -> bool:
    """Whether a script puts something in its place: `sed s/placeholder/.../`."""
    return any(
        f"s{mark}{placeholder}{mark}" in script.source.text
        for script in project.documents
        if script.format == "shell"
        for mark in "/|#,@"
    )


def _may_hold_one(text: str) -> bool:
    """False where no form can match. Each form is searched for by what is fixed in it, which costs next to nothing."""
    return bool(
        "/path/to/" in text
        or "your" in text
        or "YOUR" in text
        or ("my" in text and _MINE.search(text))
        or ("<" in text and _OPENING.search(text))
        or ("..." in text and any(line.strip(" \t") == "..." for line in text.split("\n")))
    )
