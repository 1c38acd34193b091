"""Files that gunicorn can read, and files that it cannot: mutants of sound ones.

Mutants are compiled, not run: a mutant may mean anything.
"""

import random

import pytest
from deploylint.formats.gunicorn import parse
from deploylint.source import Source
from oracles.gunicorn_configuration import settings_of

pytestmark = pytest.mark.oracle("gunicorn")

SOUND = [
    """\
import multiprocessing
import os

# listen for nginx only
bind = ["127.0.0.1:8000", "unix:/run/shop/gunicorn.sock"]
workers = multiprocessing.cpu_count() * 2 + 1
timeout = int(os.environ.get("TIMEOUT", 30))
umask = 0o007
accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s'


def post_fork(server, worker):
    server.log.info("worker %s", worker.pid)


if os.environ.get("DEBUG"):
    reload = True
    loglevel = "debug"
elif timeout > 30:
    loglevel = "info"
else:
    loglevel = "warning"
""",
    """\
from os import environ as env
try:
    import gevent
    worker_class = "gevent"
except ImportError:
    worker_class = "sync"
finally:
    pass
host, port = "0.0.0.0", 8000
bind = f"{host}:{port}"
raw_env = [
    "A=1",
    'B=%s' % env.get("B", ''),
]
limits = {"soft": 1, "hard": [2, 3]}
for name in limits:
    raw_env.append(name + "=" + str(limits[name]))
when_ready = lambda server: None
with open(__file__) as file:
    proc_name = file.name if file else None
loglevel: str = \"\"\"info\"\"\"
""",
]
MUTANTS = 2000
NOISE = [*"()[]{}:,='\"\\ \n\t#0.+*@!x", "if ", "in ", "def ", "    ", "\n\n", "'''", "0", "=="]


def mutant(chance):
    text = chance.choice(SOUND)
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(text))
        match chance.randrange(5):
            case 0:
                text = text[:at] + text[at + 1 :]
            case 1:
                text = text[:at] + chance.choice(NOISE) + text[at:]
            case 2:
                text = text[:at] + text[at] + text[at:]
            case 3:
                lines = text.splitlines(keepends=True)
                lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
                text = "".join(lines)
            case 4:
                text = text[:at] + text[at + chance.randrange(12) :]
    return text


def python_says(text):
    try:
        compile(text, "gunicorn.conf.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_mutants_get_the_verdict_of_python():
    chance = random.Random(11)
    refused = missed = 0
    for _ in range(MUTANTS):
        text = mutant(chance)
        verdict = python_says(text)
        problems = parse(Source("gunicorn.conf.py", text)).problems
        if verdict is None:
            assert not problems, (problems[0].message, problems[0].at.start, text)
        else:
            refused += 1
            missed += not problems
    assert refused > MUTANTS / 3
    assert missed <= refused * 0.01


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("umask = 022\n", "leading zeros in decimal integer literals are not permitted"),
        ('bind = "a\n', "unterminated string literal"),
        ("bind = [1\nworkers = 2\n", "'[' was never closed"),
        ("bind = (1]\n", "closing parenthesis ']' does not match opening parenthesis '('"),
        ("bind = 1)\n", "unmatched ')'"),
        ('print "a"\n', "Missing parentheses in call to 'print'. Did you mean print(...)?"),
        ("if x:\ny = 1\n", "expected an indented block after 'if' statement on line 1"),
        ("  x = 1\n y = 2\n", "unexpected indent"),
        ("if x:\n    y = 1\n  z = 1\n", "unindent does not match any outer indentation level"),
        ("return 1\n", "'return' outside function"),
        ("x = \n", "invalid syntax"),
        ("x = “a”\n", "invalid character '“' (U+201C)"),
        ("if x\n    y = 1\n", "expected ':'"),
        ('x = """a\n', "unterminated triple-quoted string literal"),
    ],
)
def test_messages_are_those_of_python(tmp_path, text, message):
    problems = parse(Source("gunicorn.conf.py", text)).problems
    assert problems[0].message.startswith(message)
    assert message in python_says(text)
    (tmp_path / "gunicorn.conf.py").write_text(text)
    settings, errors = settings_of(tmp_path, ["shop:app"])
    assert settings is None
    assert "Failed to read config file" in errors
