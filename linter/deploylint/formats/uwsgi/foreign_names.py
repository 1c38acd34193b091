"""Options of supervisor and gunicorn that end up in uWSGI files, and what uWSGI has instead.

Every name is an option of supervisor's `[program:x]` (supervisor/options.py) or a setting of gunicorn
(gunicorn/config.py) that no option of uWSGI is called.
"""

from collections.abc import Mapping

# The program's option -> uWSGI's, or None where there is nothing of the kind.
_SUPERVISOR: Mapping[str, str | None] = {
    "autostart": None,
    "autorestart": None,
    "startsecs": None,
    "startretries": None,
    "stopsignal": None,
    "stopwaitsecs": None,
    "stopasgroup": None,
    "killasgroup": None,
    "exitcodes": None,
    "redirect_stderr": None,
    "stdout_logfile": "logto",
    "stderr_logfile": "logto",
    "stdout_logfile_maxbytes": "log-maxsize",
    "stderr_logfile_maxbytes": "log-maxsize",
    "stdout_logfile_backups": None,
    "stderr_logfile_backups": None,
    "numprocs": "processes",
    "process_name": "procname",
    "directory": "chdir",
    "environment": "env",
    "command": None,
    "user": "uid",
}
_GUNICORN: Mapping[str, str | None] = {
    "bind": "http-socket",
    "backlog": "listen",
    "worker_class": None,
    "worker_connections": None,
    "worker_tmp_dir": None,
    "timeout": "harakiri",
    "graceful_timeout": "worker-reload-mercy",
    "keepalive": "http-keepalive",
    "max_requests_jitter": "max-requests-delta",
    "preload_app": None,
    "accesslog": "req-logger",
    "access_log_format": "log-format",
    "errorlog": "logto",
    "loglevel": None,
    "capture_output": None,
    "proc_name": "procname-prefix",
    "raw_env": "env",
    "wsgi_app": "module",
    "group": "gid",
    "forwarded_allow_ips": None,
}


def of_other_programs(name: str) -> tuple[str, str | None] | None:
    """The program that has an option of this name, and uWSGI's own for it; None for any other name."""
    if name in _SUPERVISOR:
        return "supervisor", _SUPERVISOR[name]
    if name in _GUNICORN:
        return "gunicorn", _GUNICORN[name]
    return None
