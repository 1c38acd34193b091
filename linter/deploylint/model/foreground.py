"""Whether nginx and supervisord are told in a file to stay in the foreground."""

from functools import lru_cache

from deploylint.model.links import Deployment


@lru_cache(maxsize=1)
def nginx_stays(deployment: Deployment) -> bool | None:
    """`daemon off`; None when the deployment does not hold the main file, which may say anything."""
    files = deployment.documents_in("nginx")
    if any(file.in_foreground for file in files):
        return True
    mains = [file for file in files if any(file.at_top("events"))]
    return False if mains and not any(file.templated for file in mains) else None


@lru_cache(maxsize=1)
def supervisord_stays(deployment: Deployment) -> bool | None:
    """`nodaemon=true`; None when the deployment does not hold the main file, which may say anything."""
    files = [document for document in deployment.documents_in("supervisor") if document.is_main]
    if not files or any(file.templated for file in files):
        return None
    values = [
        option.value.strip().lower()
        for file in files
        for section in file.sections
        if section.kind == "supervisord" and (option := section.get("nodaemon")) is not None
    ]
    return any(value in ("true", "yes", "on", "1") for value in values)
