from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, VirtualServer
from deploylint.model import Deployment
from deploylint.model.variants import is_example, together


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptoms=("conflicting server name * on *, ignored",),
)
def duplicate_virtual_host(deployment: Deployment) -> Findings:
    """Two server blocks of one folder claim the same name on the same address.

    ## Why is this bad?
    nginx takes the block that it reads first and ignores the name in the other one, with a warning that
    nobody sees: `conflicting server name, ignored`. Which one is first depends on the file's name.

    ## Example
    ```nginx title="sites-enabled/old.conf"
    server {
        listen 80;
        server_name shop.example.org;
        root /srv/old;
    }
    ```
    ```nginx title="sites-enabled/shop.conf"
    server {
        listen 80;
        server_name shop.example.org;
        root /srv/shop;
    }
    ```

    ## Use instead
    ```nginx title="sites-enabled/shop.conf"
    server {
        listen 80;
        server_name shop.example.org;
        root /srv/shop;
    }
    ```

    ## When it is fine
    When only one of the files is installed: with and without TLS, for two panels. The rule looks at
    one file, and at folders whose files nginx reads all together (`sites-enabled`, `conf.d`).

    ## References
    - https://nginx.org/en/docs/http/server_names.html
    """
    first: dict[tuple[str, object, str], VirtualServer] = {}
    for server in deployment.every(VirtualServer):
        if server.document.templated or is_example(server.document.path):
            continue
        for listener in server.listens:
            for name in server.names:
                if (
                    not isinstance(listener.address, Known)
                    or "$" in name
                    or name in ("_", "localhost", '""', "")
                ):
                    continue
                key = (_read_with(server), listener.address.value, name.lower())
                other = first.setdefault(key, server)
                if other is not server and together(other.document.path, server.document.path):
                    yield Finding(
                        server.at,
                        f'conflicting server name "{name}" on {listener.address.value}, ignored',
                        label="nginx ignores the name here",
                        related=(Label(other.at, "this block has it already"),),
                        help="keep one of the two, or give them different names",
                    )


def _read_with(server: VirtualServer) -> str:
    """The files that nginx certainly reads together: those of an enabled folder, else the file alone."""
    folder, _, name = server.document.path.rpartition("/")
    enabled = folder.rpartition("/")[2] in ("sites-enabled", "conf.d") and name.endswith((".conf", ".vhost"))
    return folder if enabled or folder.rpartition("/")[2] == "sites-enabled" else server.document.path
