from collections.abc import Iterable

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.document import Document
from deploylint.facts import Known, VirtualServer
from deploylint.formats.nginx import File
from deploylint.model import Deployment
from deploylint.model.variants import is_example, together
from deploylint.project import Project
from deploylint.typed import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from deploylint.formats.nginx import File


@rule(
    Severity.WARNING,
    given=(VirtualServer, VirtualServer, "nginx", "nginx"),
    confidence=Confidence.MEDIUM,
    symptoms=("conflicting server name * on *, ignored",),
)
def duplicate_virtual_host(project: Project) -> Findings:
    """Two files of one folder claim the same name on the same address.

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
    folders whose files nginx reads all together (`sites-enabled`, `conf.d`); what one file holds or
    includes is the subject of nginx-conflicting-server-name.

    ## References
    - https://nginx.org/en/docs/http/server_names.html
    """
    if not _may_be_doubled(project.every(VirtualServer)):
        return  # most projects, and they do without the model
    for deployment in project.deployments:
        yield from _doubled(deployment, project)


def _may_be_doubled(servers: Iterable[VirtualServer]) -> bool:
    """Whether a name stands in two files of a folder, or in a template, of which the model may know more."""
    first: dict[tuple[str, str], Document] = {}
    for server in servers:
        folder = _read_together(server)
        if folder is None:
            continue
        if server.document.templated:
            return True
        for name in server.names:
            if first.setdefault((folder, name.lower()), server.document) is not server.document:
                return True
    return False


def _doubled(deployment: Deployment, project: Project) -> Findings:
    first: dict[tuple[str, object, str], VirtualServer] = {}
    for server in deployment.every(VirtualServer):
        folder = _read_together(server)
        if folder is None or server.document.templated or is_example(server.document.path):
            continue
        from deploylint.formats.nginx.scope import known  # noqa: PLC0415  there are nginx files, so it is loaded

        if server.document.format != "nginx" or known(project).sites(cast("File", server.document)):
            continue
        for listener in server.listens:
            for name in server.names:
                if (
                    not isinstance(listener.address, Known)
                    or "$" in name
                    or name in ("_", "localhost", '""', "")
                ):
                    continue
                key = (folder, listener.address.value, name.lower())
                other = first.setdefault(key, server)
                if other.document is not server.document and together(
                    other.document.path, server.document.path
                ):
                    yield Finding(
                        server.at,
                        f'conflicting server name "{name}" on {listener.address.value}, ignored',
                        label="nginx ignores the name here",
                        related=(Label(other.at, "this block has it already"),),
                        help="keep one of the two, or give them different names",
                    )


def _read_together(server: VirtualServer) -> str | None:
    """The folder of files that nginx certainly reads together with this one; None for other folders."""
    folder, _, name = server.document.path.rpartition("/")
    match folder.rpartition("/")[2]:
        case "sites-enabled":
            return folder
        case "conf.d" if name.endswith(".conf"):
            return folder
        case _:
            return None
