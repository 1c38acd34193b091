"""What holds in the end, where files say what nobody knows who does not execute them."""

import pytest
from deploylint.facts import Environment, Known, Unknown
from deploylint.formats.gunicorn import parse
from deploylint.formats.gunicorn.effective import effective_settings
from deploylint.source import Source
from deploylint.vocabulary import gunicorn
from support import check_sources

NAMES = sorted(gunicorn.settings())
CODE = {name for name in NAMES if gunicorn.setting(name).kind in ("class", "hook", "other")}


@pytest.mark.parametrize("code", ["from shared import X", "import shared\nX = shared.X", "def X(): pass"])
def test_what_comes_out_of_code_is_unknown_unless_the_setting_takes_code(code):
    text = code + "\n" + "".join(f"{name} = X\n" for name in NAMES)
    values = effective_settings(None, parse(Source("gunicorn.conf.py", text)), Environment())
    assert {name for name in NAMES if isinstance(values[name], Known)} == CODE
    assert isinstance(values["workers"], Unknown)
    assert values["workers"].at.text == "workers = X"


@pytest.mark.parametrize("server", ["chat:app", "-c gunicorn.conf.py -k eventlet chat:app"])
def test_rules_take_it_for_unknown(server):
    texts = {
        "gunicorn.conf.py": "import shared\n" + "".join(f"{name} = shared.X\n" for name in NAMES),
        "chat.py": "from flask import Flask\nfrom flask_socketio import SocketIO\napp = Flask('')\nSocketIO(app)\n",
        "chat.service": "[Unit]\nAfter=network.target\n[Service]\nWorkingDirectory=/srv/chat\nUser=chat\nRestart=always\n"
        f"ExecStart=/srv/chat/venv/bin/gunicorn {server}\n",
        "site.conf": "server {\n listen 80;\n location / {\n  proxy_pass http://127.0.0.1:8000;\n }\n}\n",
        "compose.yaml": f"services:\n  web:\n    build: .\n    command: gunicorn {server}\n    cpus: 1\n",
    }
    found = check_sources([Source(path, text) for path, text in texts.items()])
    assert not [one for one in found if one.at.path == "gunicorn.conf.py" and one.rule.startswith("socketio")]
