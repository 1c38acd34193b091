from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import Known, PublishedPort
from deploylint.source import Location
from deploylint_rules.compose._images import DATA, is_for_development, last_name

_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104
_MANAGEMENT = 15672


@rule(Severity.WARNING, group=Group.SECURITY, confidence=Confidence.MEDIUM)
def compose_data_service_published(port: PublishedPort) -> Findings:
    """A database, cache or queue is published on all interfaces of the host.

    ## Why is this bad?
    A published port is open to everybody who reaches the host, and Docker's own firewall rules come
    before those of ufw and firewalld. Bots find open databases within hours, and many images ask for no
    password, or for a well-known one. Other services need no published port: they reach the service by
    its name.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
      db:
        image: postgres:16.4
        ports:
          - "5432:5432"
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
      db:
        image: postgres:16.4
        ports:
          - "127.0.0.1:5432:5432"
    ```

    ## When it is fine
    Behind a firewall in front of the host, when other machines are meant to connect. Files that say in
    their name or folder that they are for development or tests, and override files, are left alone.

    ## Fix safety
    Unsafe: other machines can no longer connect.

    ## References
    - https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw
    - https://github.com/moby/moby/issues/4737
    """
    kind = DATA.get(last_name(port.service.image))
    if kind is None or port.host_ip not in _EVERYWHERE or port.service.network_mode == "host":
        return
    if isinstance(port.container_port, Known) and port.container_port.value == _MANAGEMENT:
        return
    if is_for_development(port.at.path) or port.service.document.templated:
        return
    yield Finding(
        port.at,
        f"{kind} (service {port.service.name}) is published on all interfaces of the host",
        label="open to everybody who reaches the host",
        help="publish it on 127.0.0.1, or leave ports out: other services reach it by its name",
        fix=_fix(port.at),
    )


def _fix(at: Location) -> Fix | None:
    text = at.text
    start = 1 if text[:1] in ('"', "'") else 0
    if not text[start : start + 1].isdecimal() or ":" not in text or "\n" in text:
        return None
    place = at.source.location(at.span.start + start, at.span.start + start)
    return Fix("publish it on 127.0.0.1", (Edit(place, "127.0.0.1:"),), Safety.UNSAFE)
