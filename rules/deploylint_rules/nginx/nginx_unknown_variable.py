from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import variables
from deploylint.formats.nginx.setters.variables import NAMES
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=((*NAMES, "map"),),
    group=Group.VALIDITY,
    symptoms=('[emerg] unknown "*" variable',),
)
def nginx_unknown_variable(file: File, context: Context) -> Findings:
    """A variable that nothing defines.

    ## Why is this bad?
    nginx refuses to start, and names neither the file nor the line. Variables are global: wherever `set`, `map`, `geo` or a
    named group of a pattern defines one, all of the configuration knows it.

    ## Example
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        server {
            listen 80;
            location / {
                proxy_pass http://127.0.0.1:8000;
                proxy_set_header X-Forwarded-Proto $schema;
            }
        }
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
                proxy_set_header X-Forwarded-Proto $scheme;
            }
        }
    }
    ```

    ## When it is fine
    In a file that another one includes, which is not at hand, or with a module from elsewhere, the variable may be defined
    there: the finding is a warning then.

    ## References
    - https://nginx.org/en/docs/varindex.html
    """
    return faulty(variables.unknown(file, context.project))
