"""What a path on the server is in the repository."""

from deploylint.facts import HOST, Namespace
from deploylint.source import Source
from support import project_of

UNIT = Source("deploy/app.service", "[Service]\nExecStart=/srv/app/bin/gunicorn wsgi:app\n")


def places(*sources):
    (deployment,) = project_of([UNIT, *sources]).deployments
    return deployment.places


def test_a_path_is_the_file_that_ends_alike():
    found = places(Source("deploy/gunicorn.conf.py", ""), Source("src/other.py", ""))
    assert found.file("/srv/app/deploy/gunicorn.conf.py", HOST) == "deploy/gunicorn.conf.py"


def test_the_longest_common_ending_wins():
    found = places(Source("a/conf/web.py", ""), Source("b/conf/web.py", ""))
    assert found.file("/srv/b/conf/web.py", HOST) == "b/conf/web.py"


def test_two_that_end_alike_are_none():
    found = places(Source("a/web.py", ""), Source("b/web.py", ""))
    assert found.file("/srv/app/web.py", HOST) is None


def test_an_unknown_name_is_none():
    assert places().file("/srv/app/web.py", HOST) is None


def test_mounts_of_a_container_map_exactly():
    compose = Source(
        "compose.yaml",
        "services:\n  web:\n    build: .\n    command: gunicorn wsgi:app\n"
        "    volumes: ['./web:/app', './conf/gunicorn.conf.py:/app/gunicorn.conf.py']\n",
    )
    found = places(compose, Source("web/gunicorn.conf.py", ""), Source("conf/gunicorn.conf.py", ""))
    web = Namespace(".", "web")
    assert found.file("/app/gunicorn.conf.py", web) == "conf/gunicorn.conf.py"
    assert found.file("/app/other.py", web) == "web/other.py"
    assert found.folders("/app", web) == ("web",)


def test_supervisor_in_an_image_takes_its_programs_along():
    sources = [
        Source(
            "Dockerfile",
            'FROM python:3.12\nCOPY . /app\nCMD ["supervisord", "-n", "-c", "/app/deploy/supervisord.conf"]\n',
        ),
        Source(
            "deploy/supervisord.conf",
            "[supervisord]\nnodaemon=true\n[program:nginx]\ncommand=nginx -g 'daemon off;'\n"
            "[program:web]\ncommand=gunicorn -b 127.0.0.1:8080 wsgi:app\n",
        ),
        Source("deploy/nginx.conf", "server {\n    location / { proxy_pass http://127.0.0.1:8080; }\n}\n"),
    ]
    (deployment,) = project_of(sources).deployments
    (connection,) = deployment.connections
    assert not connection.namespace.is_host
    assert [listener.owner for listener in connection.listeners] == ["[program:web]"]


def app_unit(directory, module):
    return Source(
        "deploy/shop.service",
        f"[Service]\nWorkingDirectory={directory}\nExecStart=/srv/shop/bin/gunicorn {module}\n",
    )


def test_the_applications_own_place_decides_between_two_that_end_alike():
    sources = [
        app_unit("/srv/shop", "shop.wsgi"),
        Source("backend/shop/wsgi.py", "application = 1\n"),
        Source("backend/conf/web.py", ""),
        Source("frontend/conf/web.py", ""),
    ]
    found = places(*sources)
    assert found.file("/srv/shop/conf/web.py", HOST) == "backend/conf/web.py"
    assert found.folders("/srv/shop", HOST) == ("backend",)
    assert found.file("/srv/other/conf/web.py", HOST) is None


def test_two_places_of_the_application_decide_nothing():
    sources = [
        app_unit("/srv/shop", "shop.wsgi"),
        Source("one/shop/wsgi.py", "application = 1\n"),
        Source("two/shop/wsgi.py", "application = 1\n"),
        Source("one/conf/web.py", ""),
        Source("two/conf/web.py", ""),
    ]
    assert places(*sources).file("/srv/shop/conf/web.py", HOST) is None


def test_copy_of_a_dockerfile_maps_exactly():
    compose = Source("compose.yaml", "services:\n  web:\n    build: web\n    command: gunicorn wsgi:app\n")
    dockerfile = Source("web/Dockerfile", "FROM python:3.12\nWORKDIR /app\nCOPY src/ /app/\n")
    found = places(compose, dockerfile, Source("web/src/conf.py", ""), Source("other/conf.py", ""))
    assert found.file("/app/conf.py", Namespace(".", "web")) == "web/src/conf.py"
