"""Go to definition, across the files of a project. `¦` marks where it is asked, `§` where it must lead."""

import pytest
from language_server.client import Client, place, uri

CASES = {
    "an upstream of another file": {
        "nginx/conf.d/site.conf": "server {\n  location / { proxy_pass http://sh¦op/x; }\n}\n",
        "nginx/conf.d/up.conf": "§upstream shop {\n  server 127.0.0.1:1;\n}\n",
        "nginx/nginx.conf": "events {}\nhttp {\n  include conf.d/*.conf;\n}\n",
    },
    "a named location": {
        "nginx.conf": "events {}\nhttp {\n  server {\n    location / { try_files $uri @ap¦p; }\n    §location @app { return 200; }\n  }\n}\n",
    },
    "an included file": {
        "nginx/nginx.conf": "events {}\nhttp {\n  include snippets/pr¦oxy.conf;\n}\n",
        "nginx/snippets/proxy.conf": "§proxy_set_header Host $host;\n",
    },
    "a unit": {
        "web.service": "[Unit]\nAfter=network.target work¦er.service\n[Service]\nExecStart=/bin/true\n",
        "units/worker.service": "§[Service]\nExecStart=/bin/true\n",
    },
    "the template of an instance": {
        "web.service": "[Unit]\nWants=worker@¦1.service\n[Service]\nExecStart=/bin/true\n",
        "worker@.service": "§[Service]\nExecStart=/bin/true\n",
    },
    "gunicorn's configuration file": {
        "app.service": "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/venv/bin/gunicorn -c deploy/guni¦corn.conf.py app:app\n",
        "deploy/gunicorn.conf.py": "§bind = ':8000'\n",
    },
    "uWSGI's configuration file": {
        "app.service": "[Service]\nExecStart=/venv/bin/uwsgi --ini /srv/shop/uw¦sgi.ini\n",
        "uwsgi.ini": "§[uwsgi]\nmodule = a:b\n",
    },
    "supervisord's configuration file": {
        "Dockerfile": 'FROM python:3.12\nCOPY . /app\nCMD ["supervisord", "-c", "/app/deploy/superv¦isord.conf"]\n',
        "deploy/supervisord.conf": "§[supervisord]\n[program:a]\ncommand=/bin/true\n",
        "compose.yaml": "services:\n  web:\n    build: .\n",
    },
    "an application on a command line": {
        "shop.service": "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/venv/bin/gunicorn shop.ws¦gi:app\n",
        "shop/wsgi.py": "import os\n\n§app = make()\n",
        "shop/__init__.py": "",
    },
    "an application on a command line of uWSGI": {
        "shop.service": "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/venv/bin/uwsgi --http :80 --module shop.ws¦gi:app\n",
        "shop/wsgi.py": "import os\n\n§app = make()\n",
    },
    "an application of uWSGI": {
        "uwsgi.ini": "[uwsgi]\nmodule = shop.ws¦gi:app\nhttp = :8000\n",
        "shop/wsgi.py": "\n§app = None\n",
    },
    "an application of supervisor": {
        "supervisord.conf": "[program:a]\ndirectory=/srv/shop\ncommand=/venv/bin/uvicorn main:a¦pp\n",
        "main.py": "def other(): pass\n§app = FastAPI()\n",
    },
    "an env file of compose": {
        "compose.yaml": "services:\n  web:\n    image: a:1\n    env_file: ./web¦.env\n",
        "web.env": "§A=1\n",
    },
    "one of several env files of compose": {
        "deploy/compose.yaml": "services:\n  web:\n    image: a:1\n    env_file:\n      - a.env\n      - path: b.¦env\n",
        "deploy/a.env": "A=1\n",
        "deploy/b.env": "§A=1\n",
    },
    "a service of compose": {
        "compose.yaml": "services:\n  web:\n    image: a:1\n    depends_on: [d¦b]\n  §db:\n    image: b:1\n",
    },
    "a program of a group": {
        "supervisord.conf": "[supervisord]\n[program:one]\ncommand=/bin/true\n[§program:two]\ncommand=/bin/true\n[group:g]\nprograms=one,tw¦o\n",
    },
    "a program of a group in another file": {
        "supervisord.conf": "[supervisord]\n[include]\nfiles=conf.d/*.conf\n[group:g]\nprograms=tw¦o\n",
        "conf.d/two.conf": "[§program:two]\ncommand=/bin/true\n",
    },
    "included files of supervisor": {
        "supervisord.conf": "[supervisord]\n[include]\nfiles=conf.d/¦*.conf\n",
        "conf.d/two.conf": "§[program:two]\ncommand=/bin/true\n",
    },
}


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """The server with every case in a workspace folder of its own."""
    root = tmp_path_factory.mktemp("workspace")
    folders = {}
    for number, (name, files) in enumerate(CASES.items()):
        folders[name] = folder = root / f"case{number}"
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text.replace("¦", "").replace("§", ""))
    with Client() as client:
        client.initialize(*folders.values())
        yield client, folders


@pytest.mark.parametrize("name", CASES)
def test_definition(session, name):
    client, folders = session
    files = CASES[name]
    asked = next(path for path, text in files.items() if "¦" in text)
    text, position = place(files[asked].replace("§", ""), "¦")
    client.open(folders[name] / asked, text)
    found = client.at("definition", folders[name] / asked, position)
    wanted = next(path for path, text in files.items() if "§" in text)
    _, (line, character) = place(files[wanted].replace("¦", ""), "§")
    assert [(one["uri"], one["range"]["start"]) for one in found] == [
        (uri(folders[name] / wanted), {"line": line, "character": character})
    ]


def test_an_unsaved_definition_counts(session):
    client, folders = session
    folder = folders["an application of uWSGI"]
    client.open(folder / "uwsgi.ini", (folder / "uwsgi.ini").read_text())
    client.open(folder / "shop/wsgi.py", "#\n#\n#\napp = None\n")
    found = client.at("definition", folder / "uwsgi.ini", (1, 15))
    assert [one["range"]["start"]["line"] for one in found] == [3]


def test_what_ships_with_a_program_or_is_not_there_has_no_place(session):
    client, folders = session
    path = folders["a named location"] / "more.conf"
    client.open(path, "server {\n  include mime.types;\n  location / { proxy_pass http://nobody; }\n}\n")
    assert client.at("definition", path, (1, 14)) == []
    assert client.at("definition", path, (2, 34)) == []
