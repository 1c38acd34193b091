"""The rules about command lines run wherever something is started, and cost nothing elsewhere."""

import pytest
from deploylint.run import Request, run
from deploylint.settings import Settings


def subjects(folder, name, text):
    (folder / name).write_text(text)
    outcome = run(Request(paths=(str(folder / name),), settings=Settings(), roots=(str(folder),)))
    return {rule.subject for rule in outcome.rules}, [one.rule for one in outcome.report.diagnostics]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Procfile", "web: gunicorn --frob shop.wsgi\n"),
        ("web.service", "[Service]\nExecStart=/srv/gunicorn --frob shop.wsgi\n"),
        ("compose.yml", "services:\n  web:\n    image: shop\n    command: gunicorn --frob shop.wsgi\n"),
        ("Dockerfile", 'FROM shop\nCMD ["gunicorn", "--frob", "shop.wsgi"]\n'),
        ("entrypoint.sh", "#!/bin/sh\nexec gunicorn --frob shop.wsgi\n"),
        ("supervisord.conf", "[supervisord]\n[program:web]\ncommand=gunicorn --frob shop.wsgi\n"),
    ],
)
def test_command_lines_are_read_wherever_they_stand(tmp_path, name, text):
    loaded, found = subjects(tmp_path, name, text)
    assert "command_line" in loaded
    assert "command-line-unknown-flag" in found


def test_a_server_configuration_alone_has_none(tmp_path):
    loaded, _ = subjects(tmp_path, "nginx.conf", "events {}\nhttp {}\n")
    assert "command_line" not in loaded
