"""What `nginx -t` says of syntax and of single directives, the rules say, too: on cases and on random mutants.

A mutant agrees when nginx takes it and nothing is found, or when the first thing found carries
nginx's own message. What nginx refuses for another reason (a value, a file, a port) must not be
found fault with in any line before the one that nginx names.

`DEPLOYLINT_MUTANTS` is the number of mutants, 2000 unless set.
"""

import os
import random
import re
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import pytest
from deploylint.formats.nginx import parse
from deploylint.formats.nginx.configuration import configuration
from deploylint.formats.nginx.placing import complaints
from deploylint.project import Project
from deploylint.source import Source
from deploylint.tree import MemoryTree

pytestmark = pytest.mark.oracle("nginx")

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or "nginx"
OURS = re.compile(
    r"unexpected (?!.* in condition)|unknown directive |too long parameter|.* directive is (?:not allowed here|duplicate)$|"
    r'directive ".*" (?:has no opening "\{"|is not terminated by ";")$|'
    r'invalid number of arguments in |invalid value ".*" in ".*" directive, it must be "on" or "off"$',
    re.DOTALL,
)

VALID = """\
worker_processes 2;
worker_rlimit_nofile 1024;
events {
    worker_connections 64;
    multi_accept on;
}
http {
    default_type text/plain;
    log_format main '$remote_addr [$time_local] "$request" '
                    '$status $body_bytes_sent'; # one format
    access_log off;
    sendfile on;
    keepalive_timeout 65s;
    client_max_body_size 8m;
    gzip on;
    gzip_types text/css application/json;
    types {
        text/html html htm;
        image/svg+xml svg;
    }
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
        ~^web 1;
    }
    geo $near {
        default 0;
        127.0.0.0/8 1;
    }
    upstream app {
        server 127.0.0.1:8000 weight=2;
        server 127.0.0.1:8001 backup;
        keepalive 8;
    }
    server {
        listen 127.0.0.1:18080 default_server;
        server_name example.com
            www.example.com
            "~^(?<sub>[a-z]{2,3})\\.example\\.org$";
        root /srv/app;
        index index.html;
        server_tokens off;
        error_page 500 502 /50x.html;
        if ($host = "bad.example") {
            return 403;
        }
        location / {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout 120s;
            proxy_buffering off;
        }
        location ~ "\\.(?:css|js){1}$" {
            expires 30d;
            add_header Cache-Control "public, max-age=60";
            try_files $uri =404;
        }
        location = /health { return 200 "ok; {}"; }
        location /static/ {
            alias /srv/static/;
            autoindex on;
            limit_except GET {
                deny all;
            }
        }
    }
}
"""

FRAME = "events {{}} http {{ {} }}"
CASES = [
    "events {} x;",
    "events {} };",
    "events {} { a; }",
    "events {} http { server { listen 80 } }",
    'events {} http { add_header X "a"b; }',
    'events {} http { add_header X "a',
    "events {} http {",
    "events {} http { gzip yes; }",
    "events {} http { gzip ON; }",
    "events {} http { gzip on; gzip off; }",
    "events {} http; ",
    "events {} http { gzip on {} }",
    "events {} http { root /a\nindex b; server {} }",
    "events {} http { Gzip on; }",
    "events {} http { proxy_pass http://127.0.0.1; }",
    "events {} http { server { location ~ /[0-9]{2}/ { return 204; } } }",
    "events {} http { map $uri $a { ~^/[0-9]{2} 1; } }",
    "events {} http { map $uri $a { default 0; gzip yes; server x; } }",
    "events {} http { server { if($host) { return 204; } } }",
    "events {} http { server { if ($host) { if ($uri) { return 204; } } } }",
    "events {} http { server { location / { if ($host) { set $a b; } } } }",
    "events {} http { server { add_header; } }",
    "events {} http { server { add_header a b c d; } }",
    "events {} http { server { \"listen\" 80; 'server_name' x; } }",
    "events {} http { server { listen\t80;\r\nserver_name\ra; } }",
    "events {} http { server { root /a\x0bb; root\xa0/b; } }",
    "events {} http { server { root /a\\;b\\ c; root /b; } }",
    "events {} http { # a { b }\n }",
    "events {} http { server_name_in_redirect off # on;\n; }",
    "events {} http { '' a; }",
    "events {} http { '' {} }",
    "events {} http { types { a/b c d; e } }",
    "\ufeffevents {}",
    "events {} http { http2 on; }",
    "events {} http { ssl on; }",
    "events {} http { keepalive_time 1h; }",
    *(FRAME.format(f'log_format m "{"x" * count}";') for count in (4094, 4095)),
    *(FRAME.format(f"log_format m {'x' * count};") for count in (4095, 4096)),
    *(FRAME.format(f"\n#{'x' * count}\n") for count in (4094, 4095)),
]


def nginx(text, folder):
    """(message, line) of the first error; (None, None) when nginx takes the file, no line when it gives none."""
    path = folder / "nginx.conf"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    command = [PROGRAM, "-t", "-p", str(folder), "-e", "stderr", "-g", "pid nginx.pid;", "-c", str(path)]
    run = subprocess.run(command, capture_output=True, check=False, timeout=60)
    if run.returncode == 0:
        return None, None
    output = run.stderr.decode("utf-8", "replace")
    start = r"\[emerg\] (?:\d+#\d+: )?"
    match = re.search(start + r"(.*?) in \S*nginx\.conf:(\d+)\n", output, re.DOTALL)
    match = match or re.search(start + "(.*)()", output)
    return match[1], int(match[2]) if match[2] else None


def found(text):
    """(message, line) of what the rules find, in the order in which nginx would come to it.

    None for a text that deploylint takes for a fragment, because `http` and `events` are gone.
    """
    source = Source("nginx.conf", text)
    file = parse(source)
    project = Project([file], MemoryTree([source]), {"nginx": (1, 22, 1)})
    if list(configuration([file], project.tree).contexts(file)) != ["main"]:
        return None
    places = [(_reached(problem, text), problem.message) for problem in file.problems]
    places += [(one.directive.head_end, one.message) for one in complaints(file, project)]
    return [(message, source.text.count("\n", 0, at) + 1) for at, message in sorted(places)]


def _reached(problem, text):
    """Where nginx notices."""
    at_end = problem.message.startswith("unexpected end of file")
    return len(text) if at_end else problem.at.span.end


def disagreement(text, verdict):
    """What is wrong with the answer to a text, or None."""
    message, line = verdict
    ours = found(text)
    if ours is None:
        return None
    if message is None:
        return f"nginx takes it, found: {ours[0]}" if ours else None
    if OURS.match(message):
        return None if ours and ours[0][0] == message else f"nginx: {message}:{line}, found: {ours[:1]}"
    early = [one for one in ours if line is not None and one[1] < line]
    return f"nginx: {message}:{line}, found before: {early[0]}" if early else None


@pytest.mark.parametrize("text", CASES, ids=range(len(CASES)))
def test_cases(text, tmp_path):
    assert disagreement(text, nginx(text, tmp_path)) is None


@pytest.mark.parametrize(("depth", "status"), [(12_000, 0), (14_001, -signal.SIGSEGV)])
def test_nginx_crashes_where_blocks_are_left_out_of_the_tree(depth, status, tmp_path):
    """With the usual stack of 8 MiB. `http` and `server` count, too."""
    text = "events {} http { server { " + "location / {" * (depth - 2) + "}" * depth
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    stack = f"ulimit -S -s 8192; exec {PROGRAM} -t -e stderr -g 'pid nginx.pid;' -p . -c nginx.conf"
    run = subprocess.run(["sh", "-c", stack], cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert run.returncode == status
    file = parse(Source("nginx.conf", text))
    assert [problem.message for problem in file.problems] == (
        ["blocks are nested more than 14000 deep"] if status else []
    )


def test_the_file_that_is_mutated_is_valid(tmp_path):
    assert nginx(VALID, tmp_path) == (None, None)
    assert found(VALID) == []


def mutant(seed):
    """The valid file with one to two random changes."""
    chance = random.Random(seed)
    text = VALID
    for _ in range(chance.choice((1, 1, 1, 2))):
        text = chance.choice((drop, double, insert, replace_word, drop_line, move_line, drop_word))(
            text, chance
        )
    return text


def drop(text, chance):
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]


def double(text, chance):
    at = chance.randrange(len(text))
    return text[:at] + text[at] + text[at:]


def insert(text, chance):
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(";{}\"'\\#$ \n\tx(") + text[at:]


def drop_line(text, chance):
    lines = text.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return "".join(lines)


def move_line(text, chance):
    lines = text.splitlines(keepends=True)
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines)), line)
    return "".join(lines)


def replace_word(text, chance):
    words = list(re.finditer(r"[\w/$.]+", text))
    old, new = chance.choice(words), chance.choice(words)
    return text[: old.start()] + new[0] + text[old.end() :]


def drop_word(text, chance):
    word = chance.choice(list(re.finditer(r"\S+", text)))
    return text[: word.start()] + text[word.end() :]


def test_mutants(tmp_path):
    seeds = range(int(os.environ.get("DEPLOYLINT_MUTANTS", "2000")))
    workers = 4
    folders = [tmp_path / str(number) for number in range(workers)]
    for folder in folders:
        folder.mkdir()
    groups = [[mutant(seed) for seed in seeds[number::workers]] for number in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        verdicts = pool.map(lambda group, folder: list(map(nginx, group, repeat(folder))), groups, folders)
        answers = [
            (text, disagreement(text, verdict))
            for group, answered in zip(groups, verdicts, strict=True)
            for text, verdict in zip(group, answered, strict=True)
        ]
    wrong = [(text, problem) for text, problem in answers if problem]
    assert sum(found(text) is None for text, _ in answers) < len(answers) / 100
    shown = "\n\n".join(f"{problem}\n{difference(text)}" for text, problem in wrong[:20])
    assert not wrong, f"{len(wrong)} of {len(answers)} disagree\n{shown}"


def difference(text):
    """The lines of a mutant that the valid file does not have."""
    known = set(VALID.splitlines())
    return "\n".join(
        f"{number}: {line}" for number, line in enumerate(text.splitlines(), 1) if line not in known
    )
