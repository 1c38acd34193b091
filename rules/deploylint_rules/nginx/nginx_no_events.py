from deploylint import Context, Edit, Findings, Fix, Group, Severity, rule
from deploylint.dataclass import replace
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import servers
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=(("http", "stream", "mail", "include"),),
    group=Group.VALIDITY,
    symptoms=('[emerg] no "events" section in configuration',),
)
def nginx_no_events(file: File, context: Context) -> Findings:
    """A main file without an `events` block.

    ## Why is this bad?
    nginx refuses to start: it wants the block even if nothing is in it.

    ## Example
    ```nginx title="nginx/nginx.conf"
    http {
        server {
            listen 80;
        }
    }
    ```

    ## Use instead
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        server {
            listen 80;
        }
    }
    ```

    ## Fix safety
    Safe: nginx refuses the file as it stands. There is none for a file that another one may include.

    ## References
    - https://nginx.org/en/docs/ngx_core_module.html#events
    """
    for finding in faulty(servers.no_events(file, context.project)):
        if finding.severity is not None:  # the file that includes this one may have the block
            yield finding
            continue
        source = finding.at.source
        line = source.line_starts[finding.at.start.line - 1]
        top = source.location(line, line)
        yield replace(finding, fix=Fix("add an empty block", (Edit(top, "events {}\n"),)))
