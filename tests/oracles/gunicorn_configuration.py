"""Ask the installed gunicorn what it makes of a configuration file of our own writing, which it executes.

Every question is a process of its own: gunicorn reads the environment and the folder when it is imported.
"""

import json
import os
import subprocess
import sys

SCRIPT = """\
import json
from gunicorn.app.base import Application

class Configuration(Application):
    def __init__(self):
        self.usage = self.cfg = self.callable = self.logger = None
        self.prog = "gunicorn"
        self.load_default_config()
        self.load_config()
        self.cfg.validate()
    def init(self, parser, options, arguments):
        return None
    def load(self):
        raise NotImplementedError

settings = Configuration().cfg.settings
print(json.dumps({name: one.value for name, one in settings.items() if not callable(one.value)}, default=str))
"""


def settings_of(folder, arguments=(), environment=None):
    """The settings gunicorn ends up with when it is started in a folder, hooks left out, and what it prints.

    None instead of the settings when it refuses.
    """
    variables = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return (json.loads(done.stdout) if done.returncode == 0 else None), done.stderr
