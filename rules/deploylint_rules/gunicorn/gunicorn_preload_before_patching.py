from functools import lru_cache

from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.project import Project
from deploylint_rules.gunicorn._settings import stated

_PATCHES = "monkey"


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    symptoms=("MonkeyPatchWarning: Monkey-patching ssl after ssl has already been imported*",),
)
def gunicorn_preload_before_patching(config: GunicornConfig, context: Context) -> Findings:
    """`preload_app` imports the application before gevent has patched anything.

    ## Why is this bad?
    gunicorn's gevent worker replaces sockets, locks and SSL when a worker starts. With `preload_app` the master has
    imported the application by then: what it took from those modules stays as it was, calls block all requests of
    a worker, and SSL ends in endless recursion.

    ## Example
    ```gunicorn
    worker_class = "gevent"
    preload_app = True
    ```

    ## Use instead
    ```gunicorn
    from gevent import monkey

    monkey.patch_all()

    worker_class = "gevent"
    preload_app = True
    ```

    ## When it is fine
    When the first lines of the configuration or of the application patch. Projects that name gevent's `monkey`
    anywhere are not reported.

    ## References
    - gunicorn/arbiter.py, `setup`; gunicorn/workers/ggevent.py, `init_process`
    - https://github.com/benoitc/gunicorn/issues/2796
    """
    worker, preload = stated(config, "worker_class"), stated(config, "preload_app")
    if worker is None or preload is None or worker.value not in ("gevent", "gevent_pywsgi", "gevent_wsgi"):
        return
    if preload.value in (True, "true", "True") and not _patches(config, context.project):
        yield Finding(
            preload.node.at,
            "gunicorn imports the application before gevent patches the standard library",
            label="imported by the master",
            related=(Label(worker.node.at, "patches when a worker starts"),),
            help="patch in the first lines of this file, or leave preload_app out",
        )


def _patches(config: GunicornConfig, project: Project) -> bool:
    """Whether the configuration or any module of the project patches by itself."""
    return _PATCHES in config.source.text or _some_module_patches(project)


@lru_cache(maxsize=1)
def _some_module_patches(project: Project) -> bool:
    modules = (project.tree.read(path) for path in project.tree.files if path.endswith(".py"))
    return any(module is not None and _PATCHES in module.text for module in modules)
