from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Mount
from deploylint.values.errors import printable

_MANAGERS = ("socket-proxy", "portainer", "traefik", "watchtower", "dockge", "diun", "dozzle", "ofelia")
_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock")


@rule(Severity.WARNING, group=Group.SECURITY, pedantic=True)
def compose_docker_socket_mounted(mount: Mount) -> Findings:
    """A container gets Docker's socket, and with it the host.

    ## Why is this bad?
    Whoever may talk to the socket may start a privileged container with the host's files: that is root on
    the host. `:ro` changes nothing, since it is about the file and not about what is sent through it.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        volumes:
          - /var/run/docker.sock:/var/run/docker.sock:ro
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
    ```

    ## When it is fine
    For programs whose task is to manage containers, best behind a proxy that lets only some requests pass.
    Images that are known for it (traefik, portainer, socket proxies) are left alone.

    ## References
    - https://docs.docker.com/engine/security/#docker-daemon-attack-surface
    """
    if mount.kind != "host" or mount.source not in _SOCKETS:
        return
    if not any(name in (mount.service.image or "") for name in _MANAGERS):
        yield Finding(
            mount.at,
            printable(f"service {mount.service.name} controls Docker, and with it the host"),
            label="root on the host",
            help="leave it out, or put a socket proxy in between",
        )
