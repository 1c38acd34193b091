import posixpath

from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Mount, Namespace, Service, StaticFiles
from deploylint.formats.dockerfile.image import official_name
from deploylint.model import Deployment
from deploylint.model.variants import is_development

# What nginx's own images bring (github.com/nginx/docker-nginx).
_IN_IMAGE = ("/usr/share/nginx", "/etc/nginx", "/var/www/html", "/var/lib/nginx", "/var/cache/nginx")
_UNPRIVILEGED = ("nginxinc/nginx-unprivileged", "docker.io/nginxinc/nginx-unprivileged")


@rule(
    Severity.WARNING,
    given=(StaticFiles, Service),
    symptoms=('open() "*" failed (2: No such file or directory), client: *', "404 Not Found"),
)
def static_files_not_mounted(deployment: Deployment) -> Findings:
    """nginx serves files from a folder that its container does not have.

    ## Why is this bad?
    Every request for these files is answered with 404: pages come without style sheets and pictures. The
    image brings no such folder, and no volume puts one there; or the volume is not the one that the
    application writes to.

    ## Example
    ```nginx
    server {
        listen 80;
        location /static/ {
            alias /srv/static/;
        }
        location / {
            proxy_pass http://web:8000;
        }
    }
    ```
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
        volumes:
          - static:/app/static
      nginx:
        image: nginx:1.27
        volumes:
          - ./nginx:/etc/nginx/conf.d
    volumes:
      static:
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /static/ {
            alias /srv/static/;
        }
        location / {
            proxy_pass http://web:8000;
        }
    }
    ```
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
        volumes:
          - static:/app/static
      nginx:
        image: nginx:1.27
        volumes:
          - ./nginx:/etc/nginx/conf.d
          - static:/srv/static
    volumes:
      static:
    ```

    ## When it is fine
    When something fills the folder after the container has started.

    ## References
    - https://docs.docker.com/engine/storage/volumes/
    - https://github.com/realpython/dockerizing-django/issues/59
    """
    mounts: dict[Namespace, list[Mount]] = {}
    for mount in deployment.every(Mount):
        mounts.setdefault(mount.service.namespace, []).append(mount)
    seen: set[tuple[str, object]] = set()
    for files in deployment.every(StaticFiles):
        if not isinstance(files.folder, Known) or not files.folder.value.startswith("/"):
            continue
        folder = posixpath.normpath(files.folder.value)
        for namespace in deployment.namespaces_of(files.document):
            service = deployment.networks.services.get(namespace)
            if (
                service is None
                or service.sees_more
                or is_development(service.document.path)
                or not _is_plain_nginx(service)
                or _is_under(folder, _IN_IMAGE)
            ):
                continue
            fault = _fault(folder, service, mounts)
            key = (folder, namespace)
            if fault is not None and key not in seen:
                seen.add(key)
                yield _finding(files, folder, service, fault)


def _is_plain_nginx(service: Service) -> bool:
    """Whether it runs nginx's own image: anybody else's `nginx` may hold the files, and so may one that is built."""
    image = service.image or ""
    return service.build is None and (
        official_name(image) == "nginx" or image.partition(":")[0] in _UNPRIVILEGED
    )


def _is_under(folder: str, parents: tuple[str, ...]) -> bool:
    return any(folder == parent or folder.startswith(parent + "/") for parent in parents)


def _fault(folder: str, service: Service, mounts: dict[Namespace, list[Mount]]) -> Mount | Service | None:
    """The service where no mount shows the folder; the application's volume where another one is mounted; else None."""
    own = [
        mount
        for mount in mounts.get(service.namespace, ())
        if _is_under(folder, (mount.target.rstrip("/"),)) or _is_under(mount.target, (folder,))
    ]
    if not own:
        return service
    if any(mount.kind != "volume" for mount in own):
        return None
    others = [
        mount
        for namespace, found in mounts.items()
        for mount in found
        if namespace != service.namespace and namespace.project == service.project and mount.kind == "volume"
    ]
    if {mount.source for mount in own} & {mount.source for mount in others}:
        return None
    name = posixpath.basename(folder)
    return next((mount for mount in others if posixpath.basename(mount.target) == name), None)


def _finding(files: StaticFiles, folder: str, service: Service, fault: Mount | Service) -> Finding:
    if isinstance(fault, Mount):
        return Finding(
            files.at,
            f"the volume at {folder} in {service.name} is not the one that {fault.service.name} fills",
            label="nothing writes to this volume",
            related=(Label(fault.at, f"{fault.service.name} writes to the volume {fault.source}"),),
            help=f"mount {fault.source} in {service.name}, or let {fault.service.name} write to the volume that is there",
        )
    return Finding(
        files.at,
        f"{folder} is not in the container {service.name}: no volume puts it there",
        label="nginx looks for files here",
        related=(Label(service.at, "this container reads the configuration"),),
        help=f"mount the folder of the files at {folder}, or name the folder where it is mounted",
    )
