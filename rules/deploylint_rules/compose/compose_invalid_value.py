from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.compose import Mapping, Pair, Scalar, Sequence
from deploylint.formats.compose.nodes import ComposeFile, Node, resolved
from deploylint.pattern import ASCII, IGNORECASE, pattern
from deploylint.values.durations import parse_compose_duration
from deploylint.values.errors import InvalidValue, printable, quoted
from deploylint.vocabulary.nearest import nearest

_DURATIONS = ("stop_grace_period", "interval", "timeout", "start_period", "start_interval")
_SIZES = ("mem_limit", "mem_reservation", "shm_size")
_RESTARTS = ("no", "always", "on-failure", "unless-stopped")
_CONDITIONS = ("service_started", "service_healthy", "service_completed_successfully")
# units.RAMInBytes (github.com/docker/go-units, size.go).
_SIZE = pattern(r"[0-9]++(?:\.[0-9]++)?+ ?(?:[kmgtpe]i?b?|b)?+", IGNORECASE)
_RESTART = pattern(r"(?:no|always|unless-stopped|on-failure(?::[0-9]++)?+)")
_PORT = pattern(r"(?P<ports>[0-9]++(?:-[0-9]++)?+)(?:/(?P<protocol>tcp|udp|sctp))?+", IGNORECASE)
_IMAGE = pattern(r"[\w./:-]++", ASCII)


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=(*_DURATIONS, *_SIZES, "restart", "condition", "ports", "image"),
    symptoms=(
        "invalid restart policy: *",
        "invalid size: *",
        "invalid containerPort: *",
        "invalid hostPort: *",
        "time: missing unit in duration *",
        "invalid reference format: repository name * must be lowercase",
    ),
)
def compose_invalid_value(pair: Pair, context: Context) -> Findings:
    """A duration, size, port, image name or keyword that Docker refuses.

    ## Why is this bad?
    A duration without unit, a port above 65535 or a misspelt restart policy keeps the container, and
    mostly the whole project, from starting.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        restart: allways
        stop_grace_period: 30
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        restart: always
        stop_grace_period: 30s
    ```

    ## Fix safety
    Safe: docker refuses the value as it stands.

    ## References
    - https://docs.docker.com/reference/compose-file/extension/#specifying-durations
    - https://docs.docker.com/reference/compose-file/services/#restart
    """
    document = context.document
    if not isinstance(document, ComposeFile) or document.templated or not _is_expected(pair.name, context):
        return
    value = resolved(pair.value)
    if pair.name == "ports":
        for item in value.items if isinstance(value, Sequence) else ():
            yield from _port_findings(resolved(item))
    elif isinstance(value, Scalar) and not value.is_null and "$" not in value.value:
        problem, advice, meant = _problem(pair.name, value)
        if problem:
            yield Finding(
                value.at,
                printable(problem),
                label="refused",
                help=f"write {meant}" if meant else advice or None,
                fix=Fix(f"write {meant}", (Edit(value.inner_at, meant),))
                if meant and value.inner_at.text == value.value
                else None,
            )


def _is_expected(name: str, context: Context) -> bool:
    """Whether the key stands where its meaning is known: in a service, a healthcheck or a dependency."""
    around = [node.name for node in context.ancestors() if isinstance(node, Pair)]
    match name:
        case "interval" | "timeout" | "start_period" | "start_interval":
            return around[:1] == ["healthcheck"] and around[2:] == ["services"]
        case "condition":
            return around[1:2] == ["depends_on"] and around[3:] == ["services"]
        case _:
            return around[1:] == ["services"]


def _problem(name: str, scalar: Scalar) -> tuple[str, str, str]:
    """What is wrong in a program's words, what to do, and what was meant; all empty for a good value."""
    text = scalar.value
    if name in _DURATIONS:
        try:
            parse_compose_duration(text)
        except InvalidValue as error:
            return f"{name}: {error.message}", "", f"{text}s" if text.isdecimal() else ""
    elif name in _SIZES and not _SIZE.fullmatch(text):
        return f"{name}: invalid size: {quoted(text)}", "write a number with b, k, m or g", ""
    elif name == "restart" and not _RESTART.fullmatch(text) and text not in {"false", "False", "off"}:
        return (
            f"invalid restart policy: unknown policy {quoted(text)}",
            f"write one of {', '.join(_RESTARTS)}",
            nearest(text, _RESTARTS) or "",
        )
    elif name == "condition" and text not in _CONDITIONS:
        return (
            f"condition {quoted(text)} is not one of {', '.join(_CONDITIONS)}",
            f"write {_CONDITIONS[0]}",
            nearest(text, _CONDITIONS) or "",
        )
    elif name == "image" and _IMAGE.fullmatch(text) and _has_capital(text):
        return (
            f"invalid reference format: repository name {quoted(text)} must be lowercase",
            f"write {text.lower()}",
            "",
        )
    return "", "", ""


def _has_capital(image: str) -> bool:
    """A capital in the repository's path; the host and the tag may have some (distribution/reference, normalize.go)."""
    host, slash, rest = image.partition("/")
    is_host = slash and (not {".", ":"}.isdisjoint(host) or host == "localhost" or host != host.lower())
    path = (rest if is_host else image).rsplit(":", 1)[0]
    return path != path.lower()


def _port_findings(node: Node) -> Findings:
    if isinstance(node, Mapping):
        node = resolved(node.get("target") or node)
    if not isinstance(node, Scalar) or "$" in node.value or node.is_null:
        return
    *front, container = node.value.strip().rsplit(":", 2)
    for role, text in (("containerPort", container), ("hostPort", front[-1] if front else "")):
        if not text and role == "hostPort":
            continue
        match = _PORT.fullmatch(text)
        ports = [int(number[:9]) for number in match["ports"].split("-")] if match else []
        if match is None or max(ports) > 65535 or ports != sorted(ports):
            yield Finding(
                node.at,
                printable(f"invalid {role}: {text[:40]}"),
                label="refused",
                help="write HOST:CONTAINER, with ports from 1 to 65535",
            )
