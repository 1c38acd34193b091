from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Unresolved
from deploylint.formats.compose.ignored import is_ignored
from deploylint.formats.compose.projects import folder_of, joined
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest

_SAMPLES = (".example", ".sample", ".dist", ".template", ".tmpl", "-example", "_example")


@rule(
    Severity.WARNING,
    group=Group.VALIDITY,
    confidence=Confidence.MEDIUM,
    symptoms=("env file * not found: stat *: no such file or directory", "Couldn't find env file: *"),
)
def compose_env_file_missing(missing: Unresolved, context: Context) -> Findings:
    """An `env_file` that is not in the repository, while other env files are.

    ## Why is this bad?
    Compose refuses the project when an env file is missing: `env file ... not found`.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        env_file: deploy/webb.env
    ```
    ```env title="deploy/web.env"
    LOG_LEVEL=info
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        env_file: deploy/web.env
    ```
    ```env title="deploy/web.env"
    LOG_LEVEL=info
    ```

    ## When it is fine
    When the file is made on the server and holds its secrets, as Portainer makes `stack.env`. The rule therefore only speaks where the
    folder holds another env file, and neither `.gitignore` nor a sample beside it explains the gap. `required: false` lets compose go on without it.

    ## References
    - https://docs.docker.com/reference/compose-file/services/#env_file
    """
    if missing.role != "compose env_file" or missing.document.templated:
        return
    path = joined(folder_of(missing.at.path), missing.path)
    tree = context.project.tree
    folder, _, name = path.rpartition("/")
    beside = {other.rpartition("/")[2] for other in tree.files if other.rpartition("/")[0] == folder}
    env_files = {other for other in beside if other.endswith(".env") or other.startswith(".env")}
    if name in (".env", "stack.env") or not env_files or path.startswith(("..", "/")):
        return
    if any(any(mark in other for mark in _SAMPLES) for other in beside) or is_ignored(path, tree):
        return
    meant = nearest(name, env_files)
    yield Finding(
        missing.at,
        printable(f"env file {path} not found"),
        label="compose refuses the project without it",
        help=f"is {meant} meant?"
        if meant
        else "add the file, or name it in .gitignore if it is made on the server",
    )
