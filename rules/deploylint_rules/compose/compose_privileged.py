from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.compose import Mapping, Pair, Scalar
from deploylint.formats.compose.keys import TRUE
from deploylint.formats.compose.nodes import resolved


@rule(Severity.WARNING, group=Group.SECURITY, named=("privileged",))
def compose_privileged(pair: Pair, context: Context) -> Findings:
    """A privileged container has all rights of root on the host.

    ## Why is this bad?
    `privileged: true` gives all capabilities and all devices and switches seccomp and AppArmor off:
    whoever gets into the container can mount the host's disks. Mostly one capability or one device is
    what was needed.

    ## Example
    ```compose
    services:
      vpn:
        image: registry.example.com/vpn:2
        privileged: true
    ```

    ## Use instead
    ```compose
    services:
      vpn:
        image: registry.example.com/vpn:2
        cap_add: [NET_ADMIN]
        devices: ["/dev/net/tun:/dev/net/tun"]
    ```

    ## When it is fine
    For Docker in Docker, which needs it, and for tools that look after the hardware.

    ## References
    - https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
    """
    value = resolved(pair.value)
    around = [node.name for node in context.ancestors() if isinstance(node, Pair)]
    if around[1:] != ["services"] or not isinstance(value, Scalar) or value.value not in TRUE:
        return
    service = context.parent
    image = service.get("image") if isinstance(service, Mapping) else None
    if isinstance(image, Scalar) and ("dind" in image.value or image.value.partition(":")[0] == "docker"):
        return
    yield Finding(
        context.document.source.location(pair.key.start, value.end) if context.document else pair.at,
        "the container has all rights of root on the host",
        label="all capabilities, all devices, no seccomp, no AppArmor",
        help="give it the capability with cap_add, or the device with devices, that it needs",
    )
