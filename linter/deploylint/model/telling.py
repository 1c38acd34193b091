"""Names that tell nothing of a project: folders that sort files by kind, or that any project may have."""

from functools import lru_cache

# Folders that sort a deployment's files by kind and make no project of their own.
SORTING = frozenset(
    "bin build ci cfg compose conf conf.d conf.avail conf-available conf-enabled config configs configuration "
    "configurations contrib cron default deploy deployment deployments deploys dev devops dist docker dockerfiles "
    "docker-compose env envs environment environments etc gunicorn init init.d infra infrastructure install "
    "nginx nginx-conf ops prod production provision provisioning script scripts setup sites sites-available "
    "sites-enabled stage staging supervisor supervisord sys system systemd unit units usr uwsgi vassals "
    "apps-available apps-enabled snippets includes include common .deploy .docker .config .envs .devcontainer "
    ".platform".split()
)

# Folders that are often a part of a deployment, such as its back end, but may be a project as well.
PARTS = frozenset(
    "api app application apps backend back-end core django flask files frontend host local proxy project root rootfs "
    "server servers service services share site source src user web webapp webserver website worker workers www".split()
)


def home(path: str) -> str:
    """The project folder of a file: its folder without trailing sorting ones (drop-in folders count as such)."""
    folder, slash, _ = path.rpartition("/")
    return _without_sorting(folder or slash)


@lru_cache(maxsize=1024)
def _without_sorting(folder: str) -> str:
    parts = folder.split("/")
    while parts and (parts[-1].lower() in SORTING or parts[-1].endswith(".d") or _sorts(parts[-1])):
        parts.pop()
    return "/".join(parts) or ("/" if folder.startswith("/") else ".")


def _sorts(name: str) -> bool:
    """`nginx-prod`, `docker_dev`, `conf-nginx`: sorting words joined."""
    words = name.lower().replace("_", "-").split("-")
    return len(words) > 1 and all(word in SORTING for word in words)
