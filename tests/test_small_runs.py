"""What a run of a wheel on one file loads: it is started for every commit."""

import subprocess
import sys

import pytest
from support import ENVIRONMENT, wheel_script


def test_a_small_run_takes_nearly_everything_from_the_groups(wheel, tmp_path):
    """What is read one by one are those that load groups, and what only some files need."""
    (tmp_path / "web.service").write_text(
        "[Service]\nUser=web\nExecStart=/srv/venv/bin/gunicorn app:app --bind 127.0.0.1:8000\nRestrat=always\n"
    )
    program = (
        "import sys\nfrom deploylint.cli import run\nstatus = run(['--isolated', 'web.service'])\n"
        "print(status, *(n for n, m in sys.modules.items() if getattr(m, '__file__', None)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={**ENVIRONMENT, "PYTHONPATH": str(wheel)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    status, *modules = done.stderr.split()
    assert status == "1", done.stdout
    groups = wheel_script("amalgamation").groups()
    grouped = {name for group in groups.values() for name in group}
    own = [name for name in modules if name.startswith("deploylint") and ".amalgamated" not in name]
    assert len(own) > 150
    assert len([name for name in own if name not in grouped]) <= 10


ALONE = {
    "web.service": "[Service]\nUser=web\nExecStart=/srv/venv/bin/gunicorn app:app --bind 127.0.0.1:8000\nRestrat=always\n",
    "nginx.conf": "events {\n}\nhttp {\n    server {\n        listen 80;\n        location /a {\n            alias /srv/a/;\n"
    '        }\n        location ~ "^/b(?<rest>.*)$" {\n            return 301 https://$host/$rest;\n        }\n    }\n}\n',
    "supervisor.conf": "[program:web]\ncommand=/srv/venv/bin/gunicorn app:app\nautorestrat=true\n",
}


@pytest.mark.parametrize("name", ALONE)
def test_a_small_run_compiles_no_regular_expression(wheel, tmp_path, name):
    """The wheel has them compiled, so that `re` is not even imported: a tenth of the run."""
    (tmp_path / name).write_text(ALONE[name])
    program = (
        "import sys\nassert 're' not in sys.modules\nfrom deploylint.cli import run\n"
        "status = run(['--isolated', sys.argv[1]])\nprint(status, 're' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, name], cwd=tmp_path,
        env={**ENVIRONMENT, "PYTHONPATH": str(wheel)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stderr, "[" in done.stdout) == ("1 False\n", True)
