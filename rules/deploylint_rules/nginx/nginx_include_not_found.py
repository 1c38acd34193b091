from posixpath import basename, dirname, normpath

from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import placing


@rule(
    Severity.WARNING,
    given=("include",),
    group=Group.VALIDITY,
    confidence=Confidence.MEDIUM,
    symptoms=('[emerg] open() "*" failed (2: No such file or directory) in *',),
)
def nginx_include_not_found(file: File, context: Context) -> Findings:
    """An included file is not there, though its folder is.

    ## Why is this bad?
    nginx refuses to start if a file that is named in full does not exist; a pattern with an asterisk may match nothing. A
    relative path is relative to the folder of the main file, not to that of the file with the `include`.

    ## Example
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        include snippets/tls.conf;
    }
    ```
    ```nginx title="nginx/snippets/ssl.conf"
    ssl_protocols TLSv1.2 TLSv1.3;
    ```

    ## Use instead
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        include snippets/ssl.conf;
    }
    ```
    ```nginx title="nginx/snippets/ssl.conf"
    ssl_protocols TLSv1.2 TLSv1.3;
    ```

    ## When it is fine
    The file is made when the image is built or when the machine is set up.

    ## References
    - https://nginx.org/en/docs/ngx_core_module.html#include
    """
    found = placing(file, context.project)
    if found.known.contexts(file)[0] != "main" or found.known.sites(file) or file.templated:
        return
    tree = context.project.tree
    for placed in found.of("include"):
        path = placed.statement.values[0]
        if (
            found.known.included(placed.statement).known
            or path.startswith("/")
            or any(mark in path for mark in "*?[")
        ):
            continue
        folder = dirname(normpath(f"{dirname(file.path)}/{path}")).lstrip("/")
        if dirname(path) and any(dirname(other) == folder for other in tree.below(folder or ".")):
            message = f'open() "{path}" failed (2: No such file or directory)'
            yield Finding(
                placed.statement.args[0].at, message, label=f'"{basename(path)}" is not in this folder'
            )
