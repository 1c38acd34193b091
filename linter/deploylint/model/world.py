"""Whether enough is known of a network to say that nobody listens on an address."""

from deploylint.facts import Namespace, Process, Route, Service
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.model.configurations import absolute
from deploylint.model.links import Deployment
from deploylint.model.networks import Networks
from deploylint.model.variants import together
from deploylint.pattern import pattern

# Programs that accept no connections which nginx could be meant to proxy to.
SILENT = frozenset(
    "celery rq rqscheduler dramatiq huey arq supervisord certbot cron crond logrotate nginx caddy haproxy "
    "redis-server postgres mysqld mongod memcached rabbitmq-server docker docker-compose manage.py pytest "
    "sleep true tail cat echo rm mkdir chown chmod install test sh bash kill pkill".split()
)

# Words of Python programs that accept connections.
_LISTENS = pattern(
    r"\b(?:listen|bind|serve\w*|\w*[Ss]erver\w*|run_app|run_simple|run_until_complete|socketio|uvicorn|gunicorn|"
    r"waitress|hypercorn|tornado|sanic|grpc|websockets|app\.run|execute_from_command_line)\b"
)


def openness(deployment: Deployment, networks: Networks, network: Namespace, route: Route) -> str:
    """Why somebody unseen may listen in this network; empty when the world is closed enough."""
    for document in deployment.documents:
        if (
            document.templated
            and document not in deployment.filled_in
            and together(document.path, route.document.path)
        ):
            return f"{document.path} is a template"
        if document.problems and together(document.path, route.document.path):
            return f"{document.path} cannot be read as a whole"
    served = {id(server.origin) for server in deployment.servers}
    inside = deployment.processes_in(network)
    for process in inside:
        if id(process) in served:
            continue
        if not together(process.document.path, route.document.path):
            continue
        if process.invocation is None:
            return f"what {process.name} runs is not known"
        if _may_listen(process, process.invocation, deployment):
            return f"{process.name} runs {process.invocation.program}, which may listen"
    if not network.is_host and not inside:
        service = networks.services.get(network)
        return f"what {service.name if service else 'the container'} runs is not known"
    return _hosting(deployment, network)


def _may_listen(process: Process, invocation: Invocation, deployment: Deployment) -> bool:
    """Whether a program may accept connections; a Python script of the project is looked into."""
    if invocation.program in SILENT:
        return False
    if invocation.kind is not Kind.PYTHON or invocation.script is None or invocation.script.known is None:
        return True
    path = deployment.places.file(absolute(invocation.script.known, process), process.namespace)
    source = deployment.tree.read(path) if path else None
    return source is None or _LISTENS.search(source.text) is not None


def _hosting(deployment: Deployment, network: Namespace) -> str:
    """On the host, a container with unknown ports (host network, unknown image) may listen, too."""
    if not network.is_host:
        return ""
    for service in deployment.every(Service):
        if service.network_mode == "host":
            return f"{service.name} uses the host's network"
    return ""
