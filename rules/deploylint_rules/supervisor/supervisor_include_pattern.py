from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.configuration import fragments
from deploylint.values.errors import printable


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    named=("files",),
    symptoms=("No file matches via include *",),
)
def supervisor_include_pattern(option: Option, context: Context) -> Findings:
    """An `[include]` that does not read what it seems to.

    ## Why is this bad?
    `files` takes patterns with blanks between them. A comma belongs to the name, `**` means no more than `*`, `~` is a
    folder of that name, and an `[include]` in an included file is never looked at. supervisord starts all the same,
    with "No file matches" in its log, and without the programs.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [include]
    files = web.conf, worker.conf
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [include]
    files = web.conf worker.conf
    ```

    ## References
    https://supervisord.org/configuration.html#include-section-settings
    """
    section = context.parent
    if not isinstance(section, Section) or section.title != "include" or section.get("files") != option:
        return
    if context.document in fragments(context.project):
        yield Finding(
            section.at,
            "supervisor does not look at [include] in a file that is included itself",
            help="name these files in the main file's [include]",
        )
        return
    offset = 0
    for word in option.value.split() if not option.opaque else ():
        start = option.value.index(word, offset)
        offset = start + len(word)
        why = _fault(word)
        if why is not None:
            yield Finding(
                option.location(start, offset), printable(f"No file matches via include {word!r}: {why}")
            )


def _fault(word: str) -> str | None:
    if word.endswith(",") or word == ",":
        return "the comma is a part of the name"
    if word.startswith("~"):
        return "~ is not expanded"
    if "**" in word:
        return "** means one folder, as * does"
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        return "the quotes are a part of the name"
    return None
