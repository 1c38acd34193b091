"""From facts to links: which files make one deployment, what each process really does, and who talks to whom.

    groups      documents -> deployments (files that belong together)
    places      where a document's processes run (host or container), and server paths in the repository
    servers     processes + their configuration files -> application servers with effective settings
    routes      proxy routes -> the listeners they reach
    world       whether enough is known to say that nobody listens

`links` is the language of the result; cross-file rules visit its classes. `assembly.build` makes it.
"""

from deploylint.model.links import (
    AppServer,
    Connection,
    Deployment,
    Verdict,
    is_gunicorn,
    is_managed_gunicorn,
)

__all__ = ["AppServer", "Connection", "Deployment", "Verdict", "is_gunicorn", "is_managed_gunicorn"]
