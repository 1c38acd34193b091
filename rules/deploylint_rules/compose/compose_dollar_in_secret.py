from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.compose import ComposeFile, Pair
from deploylint.formats.compose.keys import pairs
from deploylint.formats.compose.nodes import resolved
from deploylint.formats.compose.projects import dot_env, folder_of
from deploylint.pattern import ASCII, IGNORECASE, pattern

_SECRET = pattern(r"(?:PASS(?:WORD|WD|PHRASE)?|SECRET|TOKEN|KEY|PWD)(?:_|\Z)", IGNORECASE)
_DOLLAR = pattern(r"(?<!\$)(?:\$\$)*+\$(?P<name>[A-Za-z_]\w*+)", ASCII)


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    confidence=Confidence.MEDIUM,
    named=("environment",),
    symptoms=('The "*" variable is not set. Defaulting to a blank string.',),
)
def compose_dollar_in_secret(pair: Pair, context: Context) -> Findings:
    """A `$` in a password, which docker compose takes for a variable.

    ## Why is this bad?
    Compose replaces `$` and the letters behind it by the variable of that name, which is not set: the
    program gets a shorter secret, and logging in fails. Quotes do not help. `$$` stands for one `$`.

    ## Example
    ```compose
    services:
      db:
        image: mariadb:11.4
        environment:
          MARIADB_ROOT_PASSWORD: "kq7$vrTm2"
    ```

    ## Use instead
    ```compose
    services:
      db:
        image: mariadb:11.4
        environment:
          MARIADB_ROOT_PASSWORD: "kq7$$vrTm2"
    ```

    ## When it is fine
    When the value is put together with a variable on purpose; `${NAME}` says so.

    ## References
    - https://docs.docker.com/reference/compose-file/interpolation/
    - https://github.com/docker/compose/issues/12202
    """
    document = context.document
    if not isinstance(document, ComposeFile) or document.templated:
        return
    for name, _, value in pairs([resolved(pair.value)]):
        if value is None or "$" not in value.value or not _SECRET.search(name):
            continue
        match = _DOLLAR.search(value.value)
        # A reference at the start, or a name in capitals, is a variable that somebody means.
        if match is None or match.start("name") == 1 or match["name"].isupper():
            continue
        if match["name"] in dot_env(folder_of(document.path), context.project.tree):
            continue
        yield Finding(
            value.at,
            f"compose takes a part of {name} for a variable and drops it",
            label="everything from $ to the next sign is replaced",
            help="write $$ for $",
        )
