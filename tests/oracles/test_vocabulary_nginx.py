"""The table of nginx is that of the installed nginx: contexts, numbers of arguments, repetitions, words, bounds."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from deploylint.vocabulary import defaults, nginx

pytestmark = pytest.mark.oracle("nginx")

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or "nginx"
HTTP = "events{} http{ access_log off; @ }"
FRAMES = {
    "main": "events{} @",
    "events": "events{ @ }",
    "http": HTTP,
    "server": HTTP.replace("@", "server{ @ }"),
    "location": HTTP.replace("@", "server{ location / { @ } }"),
    "upstream": HTTP.replace("@", "upstream u { server 127.0.0.1; @ }"),
    "if-in-server": HTTP.replace("@", "server{ if ($host) { @ } }"),
    "if-in-location": HTTP.replace("@", "server{ location / { if ($host) { @ } } }"),
    "limit_except": HTTP.replace("@", "server{ location / { limit_except GET { @ } } }"),
    "stream": "events{} stream{ @ }",
    "stream-server": "events{} stream{ server{ @ } }",
    "stream-upstream": "events{} stream{ upstream u { server 127.0.0.1:1; @ } }",
    "mail": "events{} mail{ @ }",
    "mail-server": "events{} mail{ server{ @ } }",
}
# Arguments of directives that have a setter of their own.
SAMPLES = {
    "access_log": "off",
    "add_header": "a b",
    "aio": "off",
    "alias": "/x",
    "allow": "all",
    "auth_basic_user_file": "x",
    "auth_request": "/x",
    "charset": "utf-8",
    "deny": "all",
    "directio": "1m",
    "disable_symlinks": "off",
    "error_log": "stderr",
    "error_page": "404 /x",
    "expires": "1d",
    "fastcgi_cache": "off",
    "fastcgi_cache_key": "x",
    "fastcgi_param": "a b",
    "fastcgi_pass": "127.0.0.1:1",
    "fastcgi_store": "off",
    "grpc_pass": "grpc://127.0.0.1",
    "gzip_disable": "msie6",
    "index": "a",
    "internal": "",
    "ip_hash": "",
    "keepalive": "2",
    "keepalive_timeout": "5",
    "least_conn": "",
    "memcached_pass": "127.0.0.1:1",
    "mirror": "/x",
    "open_file_cache": "off",
    "open_log_file_cache": "off",
    "proxy_bind": "127.0.0.1",
    "proxy_cache": "off",
    "proxy_cache_key": "x",
    "proxy_cache_valid": "1m",
    "proxy_cookie_domain": "a b",
    "proxy_cookie_flags": "a secure",
    "proxy_cookie_path": "a b",
    "proxy_pass": "http://127.0.0.1",
    "proxy_redirect": "a b",
    "proxy_ssl_password_file": "x",
    "proxy_store": "off",
    "real_ip_header": "X-Real-IP",
    "resolver": "127.0.0.1",
    "return": "200",
    "rewrite": "a b",
    "root": "/x",
    "scgi_pass": "127.0.0.1:1",
    "server_name": "a",
    "set": "$a b",
    "set_real_ip_from": "127.0.0.1",
    "source_charset": "utf-8",
    "ssl_session_cache": "none",
    "stub_status": "",
    "sub_filter": "a b",
    "try_files": "a =404",
    "types": "{}",
    "use": "epoll",
    "user": "root",
    "userid_expires": "1d",
    "userid_mark": "off",
    "uwsgi_param": "a b",
    "uwsgi_pass": "127.0.0.1:1",
    "valid_referers": "none",
    "worker_connections": "10",
    "worker_cpu_affinity": "auto",
    "worker_priority": "1",
    "worker_processes": "1",
}
KINDS = {
    "access": "user:rw",
    "bind": "127.0.0.1",
    "buffers": "4 8k",
    "flag": "on",
    "key-value": "a b",
    "mime-types": "text/css",
    "milliseconds": "1s",
    "number": "1",
    "offset": "1k",
    "path": "x",
    "predicates": "$host",
    "seconds": "1s",
    "size": "1k",
    "string": "x",
    "strings": "x",
    "template": "x",
    "template-size": "1k",
}


@pytest.fixture(scope="module")
def version():
    said = subprocess.run([PROGRAM, "-v"], capture_output=True, text=True, check=True).stderr
    found = tuple(map(int, re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", said).groups()))
    if found > nginx.NEWEST:
        pytest.skip("a release that the vocabulary does not know yet")
    return found


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "x").write_text("password\n")
    prelude = f"pid {folder}/pid; error_log stderr; "
    for module in ("mail", "stream"):
        if Path(f"/usr/lib/nginx/modules/ngx_{module}_module.so").exists():
            prelude = f"load_module /usr/lib/nginx/modules/ngx_{module}_module.so; {prelude}"

    def ask(job):
        number, (context, text) = job
        path = folder / f"{number}.conf"
        # `pid` may only be given once, and here it is the thing that is asked.
        before = prelude.replace(f"pid {folder}/pid;", "") if text.startswith("pid ") else prelude
        path.write_text(f"{before} {FRAMES[context].replace('@', text)}\n")
        command = [PROGRAM, "-t", "-q", "-c", str(path), "-p", str(folder)]
        said = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL
        )
        path.unlink()
        return [line for line in said.stderr.splitlines() if "[emerg]" in line][-1:] or [""]

    def ask_all(probes):
        with ThreadPoolExecutor(2) as pool:
            return [lines[0] for lines in pool.map(ask, enumerate(probes))]

    return ask_all


@pytest.fixture(scope="module")
def built_in(version, answers):
    """The directives of this release that this build has."""
    names = [name for name in nginx.names() if nginx.directive(name, version)]
    probes = [
        (min(nginx.contexts_of(name, version), key=nginx.CONTEXTS.index), f"{name} 1 2 3 4 5 6 7 8 9;")
        for name in names
    ]
    found = {
        name: nginx.directive(name, version)
        for name, said in zip(names, answers(probes), strict=True)
        if "unknown directive" not in said
    }
    assert len(found) > 300
    return found


def test_names(version, answers):
    gone = [name for name in nginx.names() if not nginx.directive(name, version)]
    said = answers([("http", f"{name} 1;") for name in gone])
    assert [name for name, line in zip(gone, said, strict=True) if "unknown directive" not in line] == []


def test_contexts(built_in, answers):
    probes = [(context, f"{name} 1 2 3 4 5 6 7 8 9;") for name in built_in for context in FRAMES]
    allowed = [
        any(variant.contexts.count(context) for variant in known.variants)
        for known in built_in.values()
        for context in FRAMES
    ]
    wrong = [
        (probe, said)
        for probe, expected, said in zip(probes, allowed, answers(probes), strict=True)
        if ("is not allowed here" in said) is expected
    ]
    assert wrong == []


def test_numbers_of_arguments_and_blocks(built_in, answers):
    probes, expected = [], []
    for name, known in built_in.items():
        for variant in known.variants:
            for count in range(9):
                words = " ".join([name, *map(str, range(count))])
                probes.append((variant.contexts[-1], f"{words} {{ }}" if variant.block else f"{words};"))
                expected.append("" if variant.accepts(count) else "invalid number of arguments")
            words = " ".join([name, *map(str, range(variant.min_args))])
            probes.append((variant.contexts[-1], f"{words};" if variant.block else f"{words} {{ }}"))
            expected.append('has no opening "{"' if variant.block else 'is not terminated by ";"')
    problems = ("invalid number of arguments", 'has no opening "{"', 'is not terminated by ";"')
    wrong = [
        (probe, said)
        for probe, problem, said in zip(probes, expected, answers(probes), strict=True)
        if next((text for text in problems if text in said), "") != problem
    ]
    assert wrong == []


def sample(name, variant):
    if variant.kind in ("enum", "bitmask"):
        return variant.words[0]
    if variant.kind == "number" and variant.bounds[0] is not None:
        return str(variant.bounds[0])
    if name == "proxy_pass" and variant.contexts == ("stream-server",):
        return "127.0.0.1:1"
    return KINDS.get(variant.kind, SAMPLES.get(name))


def test_repetitions(built_in, answers):
    asked = [
        (name, variant, f"{name} {value}" + ("" if variant.block else ";"))
        for name, known in built_in.items()
        for variant in known.variants
        if (value := sample(name, variant)) is not None and name not in ("pid", "load_module", "include")
    ]
    probes = [(variant.contexts[-1], f"{text} {text}") for _, variant, text in asked]
    said = answers(probes)
    wrong = [
        (name, variant.contexts[-1], line)
        for (name, variant, _), line in zip(asked, said, strict=True)
        if ("is duplicate" in line) is not variant.refuses_duplicate
    ]
    assert wrong == []
    assert len(asked) > 300


def test_values(built_in, answers):
    probes, expected = [], []
    for name, known in built_in.items():
        for variant in known.variants:
            good, bad = [], []
            if variant.kind in ("enum", "bitmask"):
                good, bad = variant.words, ["nope"]
            elif variant.kind == "flag":
                good, bad = ["on", "OFF"], ["yes", "1"]
            elif variant.kind == "number" and variant.bounds[0] is not None:
                low, high = variant.bounds
                good = [str(low)] if high is None else [str(low), str(high)]
                bad = [str(high + 1)] if high is not None else []
            elif variant.kind == "offset":
                good, bad = ["1g", "1K"], ["1t", "1kb"]
            elif variant.kind == "size":
                good, bad = ["64k", "1M"], ["1g", "1kb"]
            elif variant.kind == "milliseconds":
                good, bad = ["1s", "100ms", "1h30m"], ["1x", "-1"]
            elif variant.kind == "seconds":
                good, bad = ["1s", "1d"], ["100ms", "1x"]
            for value in [*good, *bad]:
                probes.append((variant.contexts[-1], f"{name} {value};"))
                expected.append(value in good)
    # A value that is read may still be of no use: too small, or too great beside another one.
    refused = re.compile(r"invalid value|value must be")
    wrong = [
        (probe, said)
        for probe, good, said in zip(probes, expected, answers(probes), strict=True)
        if (refused.search(said) is None) is not good
    ]
    assert wrong == []


def test_what_is_said_to_be_a_default_may_be_written(built_in, version, answers):
    """Of `4k|8k` the first one is tried. That a server of mail does not listen is found after its directives."""
    probes = [
        (context, f"{name} {value.partition('|')[0]};")
        for name, known in built_in.items()
        for context in FRAMES
        if any(context in variant.contexts and not variant.block for variant in known.variants)
        and (value := defaults.nginx(name, context, version)) is not None
    ]
    refused = [
        (probe, said)
        for probe, said in zip(probes, answers(probes), strict=True)
        if said and 'no "listen" is defined' not in said
    ]
    assert refused == []
    assert len(probes) > 700
