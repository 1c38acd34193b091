"""Command lines in one line each: what they start, and what is read out of them."""

import pytest
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.command_line.lines import read, read_all
from deploylint.values.address import tcp
from deploylint.values.listen import SharedSocket
from deploylint.values.words import split_shlex


def text(word):
    return None if word is None else "?" if word.opaque else word.value


def where(bind):
    if bind.problem is not None:
        return f"! {bind.text}"
    if isinstance(bind.address, SharedSocket):
        return f"={bind.address.number}"
    scheme = f"{bind.protocol}{'s' if bind.tls else ''}"
    return ("" if scheme == "http" else f"{scheme} ") + (str(bind.address) if bind.address else "?")


def app(target):
    if target.problem:
        return f"! {target.problem}"
    name = target.file if target.file is not None else target.module
    if name is None:
        return "?"
    call = "()" if target.factory else ""
    return f"{name}:{target.attribute}{call}" if target.attribute else f"{name}{call}"


def seen(invocation, name):
    """The part of an invocation that a case names, as short text."""
    wrapping = invocation.wrapping
    match name:
        case "kind" | "program" | "complete":
            return getattr(invocation, name)
        case "binds":
            return " ".join(where(bind) for bind in invocation.binds)
        case "target":
            return invocation.target and app(invocation.target)
        case "daemon" | "reload" | "debug":
            return getattr(invocation, name) is not None
        case "options":
            return " ".join(
                f"{option.name}={text(option.value)}" if option.value else option.name
                for option in invocation.options
            )
        case "positionals" | "unknown" | "config_files" | "pythonpath":
            return " ".join(text(word) for word in getattr(invocation, name))
        case "missing":
            return " ".join(option.flag for option in invocation.missing_value)
        case "environment":
            return " ".join(f"{made.name}={text(made.value)}" for made in invocation.environment)
        case "wrappers":
            return " ".join(wrapping.wrappers)
        case "assignments":
            return " ".join(f"{made.name}={text(made.value)}" for made in wrapping.assignments)
        case "run_as":
            return text(wrapping.user)
        case "directory" | "activated":
            return text(getattr(wrapping, name))
        case "shell" | "execs" | "unbuffered" | "conditional" | "background":
            return getattr(wrapping, name)
        case _:
            return text(getattr(invocation, name))


G, W, U, H = Kind.GUNICORN, Kind.UWSGI, Kind.UVICORN, Kind.HYPERCORN

GUNICORN = [
    ("gunicorn app:app", {"target": "app:app", "binds": "", "complete": True, "shell": False}),
    ("gunicorn app", {"target": "app"}),
    ("gunicorn a.b.wsgi:application", {"target": "a.b.wsgi:application"}),
    ("gunicorn 'app:create(\"x\", 1)'", {"target": "app:create()"}),
    ("gunicorn 'app:create_app()'", {"target": "app:create_app()"}),
    ("gunicorn app:a.b", {"target": "! Failed to parse 'a.b' as an attribute name or function call."}),
    ("gunicorn -b 127.0.0.1:8000 app", {"binds": "127.0.0.1:8000"}),
    ("gunicorn -b127.0.0.1:8000 app", {"binds": "127.0.0.1:8000", "target": "app"}),
    ("gunicorn -b=127.0.0.1:8000 app", {"binds": "127.0.0.1:8000"}),
    ("gunicorn --bind 127.0.0.1:8000 app", {"binds": "127.0.0.1:8000"}),
    ("gunicorn --bind=unix:/run/a.sock app", {"binds": "/run/a.sock"}),
    ("gunicorn --bin :80 app", {"binds": "0.0.0.0:80"}),
    ("gunicorn -b :80 -b [::1]:80 app", {"binds": "0.0.0.0:80 [::1]:80"}),
    ("gunicorn -b 8000 app", {"binds": "! 8000"}),
    ("gunicorn -b :$PORT app", {"binds": "?"}),
    ("gunicorn -b fd://3 app", {"binds": "fd://3"}),
    ("gunicorn --certfile c --keyfile k -b :443 app", {"binds": "https 0.0.0.0:443"}),
    ("gunicorn --protocol uwsgi -b :3031 app", {"binds": "uwsgi 0.0.0.0:3031"}),
    ("gunicorn -w 4 app", {"workers": "4"}),
    ("gunicorn -w4 app", {"workers": "4", "target": "app"}),
    ("gunicorn --workers=4 app", {"workers": "4"}),
    ("gunicorn -w $(nproc) app", {"complete": True, "workers": "?"}),
    ("gunicorn -w 2 -w 3 app", {"workers": "3"}),
    ("gunicorn -k gevent --threads 8 app", {"worker_class": "gevent", "threads": "8"}),
    ("gunicorn -k uvicorn.workers.UvicornWorker app", {"worker_class": "uvicorn.workers.UvicornWorker"}),
    (
        "gunicorn -t 60 --graceful-timeout 20 --keep-alive 5 app",
        {"timeout": "60", "graceful_timeout": "20", "keepalive": "5"},
    ),
    ("gunicorn -D -p /run/g.pid app", {"daemon": True, "pidfile": "/run/g.pid"}),
    ("gunicorn -Dw4 app", {"daemon": True, "workers": "4", "options": "daemon workers=4"}),
    (
        "gunicorn -Rk gevent app",
        {"worker_class": "gevent", "options": "enable_stdio_inheritance worker_class=gevent"},
    ),
    ("gunicorn --reload app", {"reload": True, "daemon": False}),
    ("gunicorn -u www -g www-data app", {"user": "www", "group": "www-data", "run_as": None}),
    (
        "gunicorn --access-logfile - --error-logfile - app",
        {"access_log": "-", "error_log": "-", "missing": ""},
    ),
    ("gunicorn --log-file=- app", {"error_log": "-"}),
    ("gunicorn -c gunicorn.conf.py app", {"config_files": "gunicorn.conf.py"}),
    ("gunicorn -c python:conf.prod app", {"config_files": "python:conf.prod"}),
    ("gunicorn --chdir /srv/app --pythonpath /a,/b app", {"chdir": "/srv/app", "pythonpath": "/a,/b"}),
    ("gunicorn -e A=b --env C=d app", {"environment": "A=b C=d"}),
    ("gunicorn --forwarded-allow-ips='*' app", {"forwarded_allow_ips": "*"}),
    ("gunicorn --no-sendfile app", {"options": "sendfile"}),
    ("gunicorn --no-control-sock app", {"unknown": "", "target": "app"}),
    ("gunicorn --worker 4 app", {"unknown": "--worker", "target": "app"}),
    ("gunicorn --bogus app", {"unknown": "--bogus", "target": "app"}),
    ("gunicorn --bogus x app", {"unknown": "--bogus", "target": "app"}),
    ("gunicorn -Z app", {"unknown": "-Z"}),
    ("gunicorn --preload=yes app", {"unknown": "--preload=yes"}),
    ("gunicorn app --bind", {"missing": "--bind"}),
    ("gunicorn -w --reload app", {"missing": "-w", "reload": True}),
    ("gunicorn --timeout -1 app", {"timeout": "-1", "missing": ""}),
    ("gunicorn --proxy-protocol app", {"options": "proxy_protocol=app", "target": None}),
    ("gunicorn app --proxy-protocol", {"options": "proxy_protocol", "target": "app"}),
    ("gunicorn -- app", {"target": "app"}),
    ("gunicorn --paste x.ini", {"target": None}),
    ("gunicorn $OPTIONS app:app", {"complete": False, "target": "app:app"}),
    ('gunicorn "$@"', {"complete": False, "target": "?"}),
    ("gunicorn ${APP}", {"complete": False, "target": "?"}),
    ("gunicorn --bind=$BIND app", {"binds": "?", "complete": True}),
    ("gunicorn $FLAG=3 app", {"complete": False}),
    ("gunicorn --$FLAG app", {"complete": False, "unknown": "", "target": "app"}),
    ("gunicorn {{ options }} app:app", {"complete": False, "target": "app:app"}),
    ("{{ venv }}/bin/gunicorn app", {"kind": G, "target": "app"}),
    ("$VENV/bin/gunicorn app", {"kind": G, "target": "app"}),
    ("/srv/venv/bin/gunicorn app", {"kind": G, "program": "gunicorn"}),
    ("gunicorn3 app", {"kind": G}),
    ("gunicorn", {"kind": G, "target": None}),
]

UWSGI = [
    ("uwsgi --ini /etc/app.ini", {"config_files": "/etc/app.ini", "binds": ""}),
    ("uwsgi app.ini", {"config_files": "app.ini", "target": None}),
    ("uwsgi app.ini:prod", {"config_files": "app.ini:prod"}),
    ("uwsgi --yaml a.yml b.xml", {"config_files": "a.yml b.xml"}),
    ("uwsgi --socket /run/a.sock", {"binds": "uwsgi /run/a.sock"}),
    ("uwsgi -s :3031", {"binds": "uwsgi 0.0.0.0:3031"}),
    ("uwsgi -s127.0.0.1:3031", {"binds": "uwsgi 127.0.0.1:3031"}),
    ("uwsgi --http :8000 --http-socket :8001", {"binds": "0.0.0.0:8000 0.0.0.0:8001"}),
    ("uwsgi --https :443,a.crt,a.key", {"binds": "https 0.0.0.0:443"}),
    ("uwsgi --fastcgi-socket @app", {"binds": "fastcgi @app"}),
    ("uwsgi --shared-socket :80 --http =0", {"binds": "=0"}),
    ("uwsgi --socket unix:/run/a.sock", {"binds": "! unix:/run/a.sock"}),
    ("uwsgi --socket %(base)/a.sock", {"binds": "uwsgi ?"}),
    ("uwsgi --stats 127.0.0.1:9191", {"binds": "stats 127.0.0.1:9191"}),
    ("uwsgi -w app:app", {"target": "app:app"}),
    ("uwsgi --module app --callable app", {"target": "app:app"}),
    ("uwsgi --module=app.wsgi", {"target": "app.wsgi"}),
    ("uwsgi --wsgi-file app.py --callable app", {"target": "app.py:app"}),
    ("uwsgi --http :80 app.py", {"target": "app.py"}),
    ("uwsgi --http :80 app:app", {"target": "app:app"}),
    ("uwsgi --mount /=app:app", {"target": "app:app"}),
    ("uwsgi --mount /x=app.py", {"target": "app.py"}),
    ("uwsgi -p 4 --threads 2", {"workers": "4", "threads": "2"}),
    ("uwsgi --processes 4 --workers 5", {"workers": "5"}),
    ("uwsgi --proces 4 --http-so :80", {"workers": "4", "unknown": "--http-so"}),
    ("uwsgi --harakiri=30 --uid www --gid www", {"timeout": "30", "user": "www", "group": "www"}),
    ("uwsgi -d /var/log/u.log", {"daemon": True, "error_log": "/var/log/u.log"}),
    ("uwsgi -M -C664", {"options": "master chmod=664"}),
    ("uwsgi --master --py-autoreload 1 --chdir /srv", {"reload": True, "chdir": "/srv"}),
    ("uwsgi --env A=b --pythonpath /x --pp /y", {"environment": "A=b", "pythonpath": "/x /y"}),
    ("uwsgi --fork-bogus", {"unknown": "--fork-bogus"}),
    ("uwsgi --socket", {"missing": "--socket"}),
    ("uwsgi -H venv --need-app --die-on-term --vacuum", {"unknown": "", "kind": W}),
]

ASYNC = [
    ("uvicorn app:app", {"kind": U, "target": "app:app", "binds": ""}),
    ("uvicorn app:app --host 0.0.0.0 --port 80", {"binds": "0.0.0.0:80"}),
    ("uvicorn app:app --port 80", {"binds": "127.0.0.1:80"}),
    ("uvicorn app:app --host 0.0.0.0", {"binds": "0.0.0.0:8000"}),
    ("uvicorn app:app --host ::", {"binds": "*:8000"}),
    ("uvicorn app:app --port $PORT", {"binds": "?"}),
    ("uvicorn app:app --host 0.0.0.0 $ARGS", {"binds": "?", "complete": False}),
    ("uvicorn app:app --port http", {"binds": "! http"}),
    ("uvicorn app:app --uds /run/u.sock", {"binds": "/run/u.sock"}),
    ("uvicorn app:app --fd 3", {"binds": "fd://3"}),
    ("uvicorn app:app --ssl-keyfile k --port 443", {"binds": "https 127.0.0.1:443"}),
    ("uvicorn --factory app:create", {"target": "app:create()"}),
    ("uvicorn app", {"target": "! Import string 'app' must be in format '<module>:<attribute>'."}),
    ("uvicorn app:app --workers 4 --reload", {"workers": "4", "reload": True}),
    ("uvicorn app:app --app-dir src --no-access-log", {"pythonpath": "src", "unknown": ""}),
    (
        "uvicorn app:app --timeout-keep-alive 10 --timeout-graceful-shutdown 5",
        {"keepalive": "10", "graceful_timeout": "5"},
    ),
    ("uvicorn app:app --forwarded-allow-ips '*'", {"forwarded_allow_ips": "*"}),
    ("uvicorn app:app --por 80", {"unknown": "--por"}),
    ("uvicorn app:app --debug", {"unknown": "--debug"}),
    ("uvicorn --port -1 app:app", {"missing": "", "binds": "! -1"}),
    ("hypercorn app:app -b 0.0.0.0:80 -w 2", {"kind": H, "binds": "0.0.0.0:80", "workers": "2"}),
    ("hypercorn app -b unix:/run/h.sock", {"target": "app", "binds": "/run/h.sock"}),
    (
        "hypercorn asgi:app:app --insecure-bind :80 --certfile c --keyfile k -b :443",
        {"target": "app:app", "binds": "https 0.0.0.0:443 0.0.0.0:80"},
    ),
    (
        "hypercorn -c file:h.toml -k uvloop --reload --debug app",
        {"config_files": "file:h.toml", "worker_class": "uvloop", "reload": True, "debug": True},
    ),
    ("hypercorn --graceful 5 --keep-alive 9 app", {"graceful_timeout": "5", "keepalive": "9"}),
    ("daphne app.asgi:application", {"kind": Kind.DAPHNE, "target": "app.asgi:application", "binds": ""}),
    ("daphne -b 0.0.0.0 -p 8001 a:b", {"binds": "0.0.0.0:8001"}),
    ("daphne -p 8001 a:b", {"binds": "127.0.0.1:8001"}),
    ("daphne -u /run/d.sock a:b", {"binds": "/run/d.sock"}),
    ("daphne --fd 0 --endpoint ssl:443:privateKey=k a:b", {"binds": "fd://0 https 0.0.0.0:443"}),
    ("waitress-serve app:app", {"kind": Kind.WAITRESS, "target": "app:app"}),
    ("waitress-serve --listen=*:80 --listen=127.0.0.1:81 app:app", {"binds": "*:80 127.0.0.1:81"}),
    ("waitress-serve --port=80 --call app:create", {"binds": "0.0.0.0:80", "target": "app:create()"}),
    ("waitress-serve --unix-socket=/run/w.sock app:app", {"binds": "/run/w.sock"}),
    ("waitress-serve --listen=:80 app:app", {"binds": "! :80"}),
    (
        "waitress-serve --threads 8 app:app --port=1",
        {"threads": "8", "binds": "", "positionals": "app:app --port=1"},
    ),
    ("python -m waitress --port=80 app:app", {"kind": Kind.WAITRESS, "binds": "0.0.0.0:80"}),
    (
        "granian --interface asgi --host 0.0.0.0 app:app",
        {"kind": Kind.GRANIAN, "binds": "0.0.0.0:8000", "target": "app:app"},
    ),
    (
        "granian --uds /run/g.sock --workers 2 --working-dir /srv app",
        {"binds": "/run/g.sock", "workers": "2", "chdir": "/srv"},
    ),
]

OTHERS = [
    ("flask run", {"kind": Kind.FLASK_RUN, "binds": ""}),
    ("flask run -h 0.0.0.0 -p 80", {"binds": "0.0.0.0:80"}),
    ("flask run --host=0.0.0.0", {"binds": "0.0.0.0:5000"}),
    ("flask --app app:create run --debug", {"target": "app:create", "debug": True}),
    ("flask --debug run --no-debug", {"debug": False}),
    ("flask -A web/app.py run --cert adhoc -p 443", {"target": "web/app.py", "binds": "https 127.0.0.1:443"}),
    ("flask run --host=unix:///run/f.sock", {"binds": "/run/f.sock"}),
    ("flask db upgrade", {"kind": Kind.OTHER}),
    ("python -m flask run", {"kind": Kind.FLASK_RUN}),
    ("python manage.py runserver", {"kind": Kind.RUNSERVER, "binds": ""}),
    ("python manage.py runserver 0.0.0.0:8000 --noreload", {"binds": "0.0.0.0:8000", "unknown": ""}),
    ("./manage.py runserver 80 --settings=a.b", {"binds": "127.0.0.1:80", "options": "settings=a.b"}),
    (
        "python3 /srv/manage.py runserver_plus 0:80 --cert-file x",
        {"kind": Kind.RUNSERVER, "unknown": "", "complete": False},
    ),
    ("manage.py runserver -6 80", {"binds": "[::1]:80"}),
    ("manage.py runserver web", {"binds": "! web"}),
    ("python manage.py migrate --noinput", {"kind": Kind.DJANGO, "subcommand": "migrate"}),
    ("django-admin runserver", {"kind": Kind.RUNSERVER}),
    ("python -m django runserver", {"kind": Kind.RUNSERVER}),
    ("python -m http.server", {"kind": Kind.HTTP_SERVER, "binds": ""}),
    ("python3 -m http.server 80 -b 127.0.0.1", {"binds": "127.0.0.1:80"}),
    ("celery -A app worker", {"kind": Kind.CELERY_WORKER, "target": "app"}),
    (
        "celery -A app.tasks:celery worker -l info -c4 -P gevent",
        {"target": "app.tasks:celery", "workers": "4", "worker_class": "gevent"},
    ),
    (
        "celery worker -A app -B",
        {"kind": Kind.CELERY_WORKER, "target": "app", "unknown": "", "options": "app=app beat"},
    ),
    (
        "celery -A app --workdir=/srv worker -D --pidfile=/run/c.pid --uid=www",
        {"chdir": "/srv", "daemon": True, "pidfile": "/run/c.pid", "user": "www"},
    ),
    ("celery -A app worker --bogus", {"unknown": "--bogus"}),
    (
        "celery -A app worker -n w@%h -Ofair -Q a,b -X c",
        {"unknown": "", "options": "app=app hostname=w@%h optimization=fair queues=a,b exclude-queues=c"},
    ),
    (
        "celery -A app beat -s /var/lib/beat -S django",
        {"kind": Kind.CELERY_BEAT, "options": "app=app schedule=/var/lib/beat scheduler=django"},
    ),
    ("celery -A app flower --port=5555", {"kind": Kind.CELERY_FLOWER, "unknown": "", "target": None}),
    ("celery multi start w1 -A app", {"kind": Kind.CELERY_MULTI}),
    ("celery -A app inspect ping", {"kind": Kind.CELERY}),
    ("python manage.py celery worker -l info", {"kind": Kind.CELERY_WORKER, "options": "loglevel=info"}),
    (
        "rq worker -u redis://r -c conf high low",
        {"kind": Kind.RQ_WORKER, "positionals": "high low", "config_files": "conf"},
    ),
    ("rq worker-pool -n 3 q", {"kind": Kind.RQ_WORKER_POOL, "unknown": ""}),
    ("rq info", {"kind": Kind.OTHER}),
    ("rqscheduler -H redis", {"kind": Kind.RQ_SCHEDULER}),
    (
        "python manage.py rqworker default --with-scheduler",
        {"kind": Kind.RQ_WORKER, "unknown": "", "complete": False},
    ),
    (
        "nginx -g 'daemon off;' -c /etc/n.conf",
        {"kind": Kind.NGINX, "config_files": "/etc/n.conf", "options": "g=daemon off; c=/etc/n.conf"},
    ),
    (
        "/usr/bin/supervisord -nc /etc/s.conf",
        {
            "kind": Kind.SUPERVISORD,
            "config_files": "/etc/s.conf",
            "options": "nodaemon configuration=/etc/s.conf",
        },
    ),
    ("python worker.py --port 80", {"kind": Kind.PYTHON, "script": "worker.py", "unbuffered": False}),
    ("python -u worker.py", {"script": "worker.py", "unbuffered": True}),
    ("python -Bu worker.py", {"unbuffered": True}),
    ("python -W ignore -X dev worker.py", {"script": "worker.py"}),
    ("python -m my.worker", {"kind": Kind.PYTHON, "script": None}),
    ("python -c 'print(1)'", {"kind": Kind.PYTHON, "script": None}),
    ("python worker.py -u", {"unbuffered": False}),
    ("node server.js", {"kind": Kind.NODE, "script": "server.js"}),
    ("npm run start", {"kind": Kind.NODE, "script": None}),
    ("/bin/bash -e /start.sh", {"kind": Kind.SHELL, "script": "/start.sh"}),
    ("/srv/run", {"kind": Kind.OTHER, "program": "run"}),
]

WRAPPED = [
    ("env A=b C='d e' gunicorn app", {"wrappers": "env", "assignments": "A=b C=d e"}),
    (
        "/usr/bin/env -i -u X PYTHONUNBUFFERED=1 gunicorn app",
        {"assignments": "PYTHONUNBUFFERED=1", "unbuffered": True},
    ),
    ("env -C /srv gunicorn app", {"directory": "/srv"}),
    ("exec gunicorn app", {"wrappers": "exec", "execs": False}),
    ("nohup gunicorn app", {"wrappers": "nohup"}),
    ("nice -n 5 gunicorn app", {"wrappers": "nice"}),
    ("nice -5 ionice -c2 -n 7 gunicorn app", {"wrappers": "nice ionice"}),
    ("chpst -u www:www -e /env -C /srv gunicorn app", {"run_as": "www:www", "directory": "/srv"}),
    ("gosu www gunicorn app", {"run_as": "www"}),
    ("su-exec www:www gunicorn app", {"run_as": "www:www"}),
    ("gosu $USER gunicorn app", {"run_as": "?", "kind": G}),
    ("setpriv --reuid=www --init-groups gunicorn app", {"run_as": "www"}),
    ("setpriv --reuid www --regid www --clear-groups gunicorn app", {"run_as": "www"}),
    ("runuser -u www -- gunicorn app", {"run_as": "www", "shell": False}),
    ("su www -c 'gunicorn app'", {"run_as": "www", "shell": True}),
    ("su - www -s /bin/sh -c 'gunicorn -w 2 app'", {"run_as": "www", "workers": "2"}),
    ("sudo -E -u www A=b gunicorn app", {"run_as": "www", "assignments": "A=b"}),
    ("sudo -Hu www gunicorn app", {"run_as": "www"}),
    ("doas -u www gunicorn app", {"run_as": "www"}),
    ("setuidgid www softlimit -m 100 gunicorn app", {"run_as": "www", "wrappers": "setuidgid softlimit"}),
    ("s6-setuidgid www gunicorn app", {"run_as": "www"}),
    ("tini -- gunicorn app", {"wrappers": "tini"}),
    ("/sbin/tini -g -e 143 gunicorn app", {"wrappers": "tini"}),
    ("dumb-init --rewrite 15:3 gunicorn app", {"wrappers": "dumb-init"}),
    ("dumb-init -- python -m gunicorn app", {"wrappers": "dumb-init python"}),
    ("catatonit -- gunicorn app", {"wrappers": "catatonit"}),
    ("poetry run gunicorn app", {"wrappers": "poetry"}),
    ("poetry -C /srv run gunicorn app", {"directory": "/srv"}),
    ("poetry install", {"kind": Kind.OTHER, "wrappers": ""}),
    ("pipenv run gunicorn app", {"wrappers": "pipenv"}),
    ("uv run --no-sync --with x gunicorn app", {"wrappers": "uv"}),
    ("uv run -m gunicorn app", {"kind": G}),
    ("pdm run gunicorn app", {"wrappers": "pdm"}),
    ("hatch run prod:gunicorn app", {"kind": G}),
    ("rye run gunicorn app", {"wrappers": "rye"}),
    ("conda run --no-capture-output -n env gunicorn app", {"wrappers": "conda"}),
    ("python -m poetry run gunicorn app", {"wrappers": "python poetry"}),
    ("newrelic-admin run-program gunicorn app", {"wrappers": "newrelic-admin"}),
    ("ddtrace-run gunicorn app", {"wrappers": "ddtrace-run"}),
    (
        "opentelemetry-instrument --traces_exporter otlp gunicorn app",
        {"wrappers": "opentelemetry-instrument"},
    ),
    ("xvfb-run -a -s '-screen 0' python bot.py", {"kind": Kind.PYTHON, "script": "bot.py"}),
    ("python3.11 -m gunicorn app", {"wrappers": "python"}),
    ("python -u /srv/venv/bin/gunicorn app", {"kind": G, "unbuffered": True}),
    ("python -um gunicorn app", {"kind": G, "unbuffered": True, "target": "app"}),
    ("coverage run -p -m gunicorn app", {"wrappers": "coverage python"}),
    ("coverage run manage.py runserver", {"kind": Kind.RUNSERVER}),
    ("./wait-for-it.sh db:5432 -t 30 -- gunicorn app", {"wrappers": "wait-for-it.sh"}),
    ("dockerize -wait tcp://db:1 -timeout 30s gunicorn app", {"wrappers": "dockerize"}),
    ("dotenv -f .env run -- gunicorn app", {"wrappers": "dotenv"}),
    ("doppler run gunicorn app", {"wrappers": "doppler"}),
    ("flock -n /run/lock gunicorn app", {"wrappers": "flock"}),
    ("flock /run/lock -c 'gunicorn app'", {"wrappers": "flock sh"}),
    ("timeout -k 5 60 gunicorn app", {"wrappers": "timeout"}),
    ("stdbuf -oL -eL gunicorn app", {"wrappers": "stdbuf"}),
    ("chronic authbind --deep gunicorn app", {"wrappers": "chronic authbind"}),
    ("systemd-cat -t app gunicorn app", {"wrappers": "systemd-cat"}),
    ("strace -f -o /tmp/x gunicorn app", {"wrappers": "strace"}),
    ("taskset -c 0,1 gunicorn app", {"wrappers": "taskset"}),
    ("gosu www tini -s -- nice env A=b gunicorn app", {"wrappers": "gosu tini nice env", "run_as": "www"}),
    ("sh -c 'gunicorn app'", {"shell": True, "execs": False, "wrappers": "sh"}),
    ("/bin/bash -lc 'exec gunicorn app'", {"shell": True, "execs": True, "wrappers": "bash exec"}),
    ("bash -euo pipefail -c 'gunicorn app'", {"kind": G}),
    ("sh -c 'cd /srv && gunicorn app'", {"directory": "/srv"}),
    ("sh -c 'cd /srv; cd app; gunicorn app'", {"directory": "/srv/app"}),
    ("sh -c 'cd $HOME/app && gunicorn app'", {"directory": "?"}),
    ("sh -c 'cd /a || exit 1; gunicorn app'", {"directory": "/a", "conditional": False}),
    ("sh -c '. venv/bin/activate && gunicorn app'", {"activated": "venv/bin/activate"}),
    ("bash -c 'source /v/bin/activate; exec gunicorn app'", {"activated": "/v/bin/activate", "execs": True}),
    ("sh -c 'PORT=80; gunicorn -b :$PORT app'", {"binds": "0.0.0.0:80"}),
    (
        "sh -c 'export PORT=80 X=y && gunicorn -b :${PORT} app'",
        {"binds": "0.0.0.0:80", "assignments": "PORT=80 X=y"},
    ),
    ("sh -c 'A=b gunicorn app'", {"assignments": "A=b"}),
    ("sh -c 'gunicorn -b :${PORT:-8000} app'", {"binds": "?"}),
    ("sh -c 'python manage.py migrate && gunicorn app'", {"kind": G, "conditional": False}),
    ("sh -c '[ -f x ] && gunicorn app'", {"conditional": True}),
    ("sh -c 'test -f x || gunicorn app'", {"conditional": True}),
    ("sh -c 'if [ -f x ]; then gunicorn app; fi'", {"conditional": True, "kind": G}),
    ("sh -c 'while true; do gunicorn app; done'", {"conditional": True, "kind": G}),
    ("sh -c 'celery -A a worker & gunicorn app'", {"kind": G, "background": False}),
    ("sh -c 'gunicorn app &'", {"background": True}),
    ("sh -c 'gunicorn app > /dev/null 2>&1'", {"positionals": "app"}),
    ("sh -c 'gunicorn app | tee log'", {"kind": G}),
    ("sh -c 'sleep 5; gunicorn app'", {"kind": G}),
    ("sh -c \"sh -c 'gunicorn app'\"", {"wrappers": "sh sh", "kind": G}),
    ("sh -c 'echo hi'", {"kind": Kind.SHELL}),
    ("busybox sh -c 'gunicorn app'", {"kind": G}),
]


CASES = [
    *((line, {"kind": G} | expected) for line, expected in GUNICORN),
    *((line, {"kind": W} | expected) for line, expected in UWSGI),
    *ASYNC,
    *OTHERS,
    *WRAPPED,
]


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_read(line, expected):
    invocation = read(split_shlex(line))
    assert invocation is not None
    assert {name: seen(invocation, name) for name in expected} == expected


def test_no_words_start_nothing():
    assert read([]) is None


def test_a_shell_may_start_several_programs():
    started = read_all(split_shlex("sh -c 'celery -A a worker & celery -A a beat & exec gunicorn a'"))
    assert [each.kind for each in started] == [Kind.CELERY_WORKER, Kind.CELERY_BEAT, Kind.GUNICORN]
    assert [each.wrapping.background for each in started] == [True, True, False]


def test_the_process_starts_in_a_directory():
    invocation = read(split_shlex("sh -c 'cd app && gunicorn a'"), directory="/srv")
    assert text(invocation.wrapping.directory) == "/srv/app"


def test_a_shell_puts_in_the_variables_that_are_known():
    words = split_shlex("sh -c 'gunicorn -b $HOST:$PORT a'")
    assert read(words, environment={"HOST": "127.0.0.1", "PORT": "80"}).binds[0].address == tcp(
        "127.0.0.1", 80
    )
    assert read(words, environment={"HOST": "127.0.0.1", "PORT": None}).binds[0].address is None


def test_without_a_shell_nobody_puts_them_in():
    assert read(split_shlex("gunicorn -b :$PORT a"), environment={"PORT": "80"}).binds[0].address is None


def test_the_defaults_of_variables_give_a_likely_address():
    bind = read(split_shlex("sh -c 'gunicorn -b 0.0.0.0:${PORT:-8000} a'")).binds[0]
    assert (bind.address, bind.assumed) == (None, tcp("0.0.0.0", 8000))
    bind = read(split_shlex("uvicorn a:b --port ${PORT:-80}")).binds[0]
    assert (bind.address, bind.assumed) == (None, tcp("127.0.0.1", 80))


def test_servers_with_a_prefix_for_variables_take_the_other_half_from_there():
    words = split_shlex("env UVICORN_PORT=9000 uvicorn a:b --host 0.0.0.0")
    assert read(words).binds[0].address == tcp("0.0.0.0", 9000)
    assert read(split_shlex("flask run -h ::"), environment={"FLASK_RUN_PORT": None}).binds[0].address is None
