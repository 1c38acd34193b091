from deploylint import Edit, Finding, Findings, Fix, Severity, rule
from deploylint.formats.dockerfile import Instruction
from deploylint.pattern import pattern

_LIST = pattern(r"\s*+\[[^\[\]\n$]*+\]\s*+\Z")
_SINGLE = pattern(r"""\s*+\[\s*+(?:'[^'"\\]*+'\s*+(?:,\s*+'[^'"\\]*+'\s*+)*+)\]\s*+\Z""")


@rule(
    Severity.ERROR,
    named=("CMD", "ENTRYPOINT"),
    symptoms=("/bin/sh: *: [*,: not found", "/bin/sh: *: *,: not found"),
)
def dockerfile_exec_form_quotes(instruction: Instruction) -> Findings:
    """A list after CMD or ENTRYPOINT that is no JSON, so that a shell gets it.

    ## Why is this bad?
    The list must be JSON, with double quotes. Anything else is taken for a command line of the shell,
    whose first word is then `[gunicorn,`: the container ends with `not found`.

    ## Example
    ```dockerfile
    FROM python:3.12
    CMD ['gunicorn', '--bind', '0.0.0.0:8000', 'shop.wsgi']
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    ```

    ## Fix safety
    Safe: the container could not start.

    ## References
    - https://docs.docker.com/reference/dockerfile/#exec-form
    """
    if instruction.heredoc or instruction.exec_words is not None:
        return
    text = instruction.flat[instruction.arguments_start :]
    # `[ -f x ]` is a test of the shell: a blank follows its bracket and no comma.
    if (
        not _LIST.match(text)
        or not ("," in text or "'" in text or '"' in text)
        or text.strip().startswith("[ -")
    ):
        return
    at = instruction.value_at
    mendable = _SINGLE.match(text) is not None
    yield Finding(
        at,
        f"the list after {instruction.name} is no JSON, so a shell gets it as a command line",
        label="single quotes, a missing quote or a comma too many",
        help="write a JSON list, with double quotes",
        fix=Fix("write double quotes", (Edit(at, at.text.replace("'", '"')),)) if mendable else None,
    )
