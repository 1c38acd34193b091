"""Programs that run until somebody stops them."""

from deploylint.formats.command_line.invocation import Kind

WEB_SERVERS = frozenset(
    {
        Kind.GUNICORN,
        Kind.UWSGI,
        Kind.UVICORN,
        Kind.HYPERCORN,
        Kind.DAPHNE,
        Kind.WAITRESS,
        Kind.GRANIAN,
        Kind.FLASK_RUN,
        Kind.RUNSERVER,
        Kind.HTTP_SERVER,
    }
)
WORKERS = frozenset(
    {
        Kind.CELERY_WORKER,
        Kind.CELERY_BEAT,
        Kind.CELERY_FLOWER,
        Kind.RQ_WORKER,
        Kind.RQ_WORKER_POOL,
        Kind.RQ_SCHEDULER,
    }
)
LONG_RUNNING = WEB_SERVERS | WORKERS | {Kind.SUPERVISORD}
