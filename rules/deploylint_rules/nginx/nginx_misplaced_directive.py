from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.complaints import Check
from deploylint.formats.nginx.configuration import configuration
from deploylint.formats.nginx.placing import complaints_of
from deploylint.targets import target
from deploylint.vocabulary.nginx import contexts_of
from deploylint_rules.nginx._sentences import places


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=('[emerg] "*" directive is not allowed here in *',))
def nginx_misplaced_directive(file: File, context: Context) -> Findings:
    """A directive stands in a block that does not take it.

    ## Why is this bad?
    nginx refuses to start. Often a brace closes a block too early, or a fragment is included at the
    wrong level.

    ## Example
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        proxy_pass http://127.0.0.1:8000;
    }
    ```

    ## Use instead
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        server {
            listen 80;
            location / {
                proxy_pass http://127.0.0.1:8000;
            }
        }
    }
    ```

    ## When it is fine
    A fragment that nothing in the project includes is judged in the block that suits most of its
    directives. If it is meant for another one, lint it together with the file that includes it.

    ## References
    - https://nginx.org/en/docs/dirindex.html
    """
    for complaint in complaints_of(Check.MISPLACED, file, context.project):
        name = complaint.directive.name
        pinned = target(context.project, "nginx", file)
        allowed = contexts_of(name, pinned.version if pinned else None)
        yield Finding(
            complaint.directive.name_at,
            complaint.message,
            label=f"this is {_here(complaint.context)}",
            help=f'"{name}" belongs in: {places(allowed)}',
            confidence=None if _is_whole(file, context) else Confidence.MEDIUM,
        )


def _is_whole(file: File, context: Context) -> bool:
    """Whether it is known in which block the file's own statements stand."""
    known = configuration(context.project.documents_of(File), context.project.tree)
    return bool(known.sites(file)) or any(
        child.name in {"http", "events", "stream"} for child in file.children
    )


def _here(context: str) -> str:
    return "outside of all blocks" if context == "main" else f"in {places(frozenset({context}))}"
