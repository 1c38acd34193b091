"""No rule, and nothing that all rules share, takes longer than the input grows: tried with the examples of all rules.

What is quadratic takes sixteen times as long for four times as much. Each rule, the parsers and the model are measured by
themselves, so that none hides behind the others.
"""

import gc
import re
import time
from collections import defaultdict

import pytest
import yaml
from deploylint import documentation, engine, formats, recognition
from deploylint.source import Source
from support import all_rules, project_of

RULES = list(all_rules().values())
EXAMPLES = [
    (rule.name, documentation.read(rule.documentation).example(section))
    for rule in RULES
    for section in ("Example", "Use instead")
]
# Seconds below which nobody notices, and how often a bar that is missed is tried again.
_SHORT, _TRIES = 0.1, 6


def taken(sources, monkeypatch):
    """Seconds of the processor by what took them: a rule, or a step of the run."""
    spent = defaultdict(float)

    def counted(method, name):
        def run(self, *arguments):
            started = time.process_time()
            try:
                return method(self, *arguments)
            finally:
                spent[name(*arguments)] += time.process_time() - started

        return run

    with monkeypatch.context() as patched:
        patched.setattr(engine.Run, "_apply", counted(engine.Run._apply, lambda rule, _visits: rule.name))
        for step in ("narrow", "model"):
            patched.setattr(engine.Run, step, counted(getattr(engine.Run, step), lambda step=step: step))
        started = time.process_time()
        project = project_of(sources)
        spent["parse"] = time.process_time() - started
        _, problems = engine.check(project, RULES)
    assert not problems, problems
    return spent


def assert_nothing_outgrows(make, monkeypatch):
    """`make(count)` are the sources for so many repetitions."""
    least = [defaultdict(lambda: float("inf")), defaultdict(lambda: float("inf"))]
    sizes = [make(1), make(4)]
    gc.collect()
    gc.disable()
    try:
        for _ in range(_TRIES):
            for fewest, sources in zip(least, sizes, strict=True):
                for name, seconds in taken(sources, monkeypatch).items():
                    fewest[name] = min(fewest[name], seconds)
            few, many = least
            grown = {
                name: f"{few[name]:.2f} s, {seconds:.2f} s"
                for name, seconds in many.items()
                if seconds > _SHORT and seconds > 9 * few[name]
            }
            if not grown:
                return
    finally:
        gc.enable()
    raise AssertionError(grown)


def kind_of(source):
    return recognition.recognise(source.path, source.text)


def texts(kind):
    """The examples' files of a format, of units those of services."""
    return [
        source.text if source.text.endswith("\n") else f"{source.text}\n"
        for _, sources in EXAMPLES
        for source in sources
        if kind_of(source) == kind and (kind != "systemd" or source.path.endswith(".service"))
    ]


def numbered(text, number):
    """The same with names and ports of its own."""
    text = re.sub(r"\b(\d{4,5})\b", lambda match: str(1024 + (int(match[1]) + number) % 60_000), text)
    return re.sub(
        r"^(\[(?:program|group):[^\]]+|[A-Z_]{3,}(?==)|[ \t]*(?:upstream|server_name) [\w.-]+)",
        rf"\g<1>{number}",
        text,
        flags=re.MULTILINE,
    )


NAMES = {
    "nginx": "nginx.conf",
    "systemd": "web.service",
    "supervisor": "supervisord.conf",
    "uwsgi": "uwsgi.ini",
    "gunicorn": "gunicorn.conf.py",
    "env": ".env",
}


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("change", [lambda text, _number: text, numbered], ids=["alike", "numbered"])
def test_one_file(kind, change, monkeypatch):
    found = texts(kind)
    assert found
    size = sum(map(len, found))
    rounds = max(1, 20_000 // size)

    def make(count):
        text = "".join(change(one, number) for number in range(rounds * count) for one in found)
        return [Source(NAMES[kind], text)]

    assert_nothing_outgrows(make, monkeypatch)


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data):
        return True


def compose_file(services, **others):
    return yaml.dump({"services": services, **others}, Dumper=Dumper, sort_keys=False)


def services_of(text):
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    found = read.get("services") if isinstance(read, dict) else None
    return found if isinstance(found, dict) else {}


def test_one_compose_file(monkeypatch):
    services = {
        f"{name}-{number}": value
        for number, text in enumerate(texts("compose"))
        for name, value in services_of(text).items()
    }
    assert len(services) > 100

    def make(count):
        copies = {f"{name}-{n}": value for n in range(count) for name, value in services.items()}
        return [Source("compose.yaml", compose_file(copies))]

    assert_nothing_outgrows(make, monkeypatch)


@pytest.mark.parametrize(("name", "sources"), EXAMPLES[::2], ids=[name for name, _ in EXAMPLES[::2]])
def test_each_example(name, sources, monkeypatch):
    """Its files, each many times as long: what one example has, another one may hide."""
    size = sum(len(source.text) for source in sources)
    rounds = max(2, 8_000 // size)

    def longer(source, count):
        if services := services_of(source.text) if kind_of(source) == "compose" else {}:
            copies = {
                f"{name}{n}" if n else name: value for n in range(count) for name, value in services.items()
            }
            return Source(source.path, compose_file(copies))
        return Source(source.path, f"{source.text}\n" * count)

    assert_nothing_outgrows(lambda count: [longer(one, rounds * count) for one in sources], monkeypatch)


def test_many_folders(monkeypatch):
    """Each example in a folder of its own."""

    def make(count):
        return [
            Source(f"{number}/{name}/{section}/{source.path}", source.text)
            for number in range(count)
            for section, (name, sources) in enumerate(EXAMPLES)
            for source in sources
        ]

    assert_nothing_outgrows(make, monkeypatch)


@pytest.mark.parametrize(
    "kind", ["systemd", "nginx", "supervisor", "compose", "gunicorn", "uwsgi", "env", "dockerfile"]
)
def test_many_files_in_a_folder(kind, monkeypatch):
    named = [
        source for _, sources in EXAMPLES for source in sources if kind_of(source) == kind and source.text
    ]
    assert named
    rounds = max(1, 60 // len(named))

    def make(count):
        found = {}
        for number in range(rounds * count):
            for at, source in enumerate(named):
                folder, _, name = source.path.rpartition("/")
                stem, dot, ending = name.partition(".")
                other = f"{stem}{number}x{at}{dot}{ending}" if stem else f"{name}.{number}x{at}"
                path = f"{folder}/{other}" if folder else other
                found[path] = Source(path, source.text)
        return list(found.values())

    assert_nothing_outgrows(make, monkeypatch)


def test_all_formats_are_tried():
    assert set(formats.FORMATS) - {*NAMES, "compose", "dockerfile"} == {"procfile", "shell"}


def test_many_containers_whose_script_starts_many_servers(monkeypatch):
    def make(count):
        commands = "".join(f"gunicorn -b 0.0.0.0:{8000 + n} app{n}:app &\n" for n in range(30 * count))
        services = {f"web{n}": {"build": ".", "command": "./start.sh"} for n in range(30 * count)}
        return [
            Source("start.sh", f"#!/bin/sh\n{commands}wait\n"),
            Source("Dockerfile", "FROM python:3.12\nCOPY start.sh .\n"),
            Source("compose.yaml", compose_file(services)),
        ]

    assert_nothing_outgrows(make, monkeypatch)


def test_many_services_with_networks_configs_and_names_that_nobody_declares(monkeypatch):
    """Each has its own; what all of them declare is not put together for each of them."""

    def make(count):
        numbers = range(400 * count)
        services = {
            f"web{n}": {
                "image": "shop",
                "networks": [f"net{n}", f"none{n}"],
                "configs": [f"conf{n}"],
                "secrets": [f"secret{n}"],
                "depends_on": [f"absent{n}", f"web{n - 1}"],
            }
            for n in numbers
        }
        declared = {
            "networks": {f"net{n}": {"external": True} for n in numbers},
            "configs": {f"conf{n}": {"file": f"./{n}.conf"} for n in numbers},
            "secrets": {f"secret{n}": {"file": f"./{n}.txt"} for n in numbers},
        }
        return [Source("compose.yaml", compose_file(services, **declared))]

    assert_nothing_outgrows(make, monkeypatch)


def test_many_documents_of_yaml_that_declare_something_each(monkeypatch):
    def make(count):
        documents = [
            compose_file(
                {f"web{n}": {"image": "shop", "networks": [f"net{n}"], "secrets": [f"secret{n}"]}},
                networks={f"net{n}": {"external": True}},
                secrets={f"secret{n}": {"file": f"./{n}.txt"}},
            )
            for n in range(300 * count)
        ]
        return [Source("compose.yaml", "---\n".join(documents))]

    assert_nothing_outgrows(make, monkeypatch)


def test_many_documents_of_yaml_whose_services_extend_each_other(monkeypatch):
    def make(count):
        documents = [
            compose_file({f"web{n}": {"image": "shop", "extends": {"service": f"web{max(0, n - 1)}"}}})
            for n in range(200 * count)
        ]
        return [Source("compose.yaml", "---\n".join(documents))]

    assert_nothing_outgrows(make, monkeypatch)


def test_many_services_that_wait_for_each_other(monkeypatch):
    def make(count):
        services = {
            f"web{n}": {
                "image": "shop",
                "command": "gunicorn shop.wsgi",
                "depends_on": [f"web{max(0, n - 1)}"],
                "environment": {"CACHE_URL": f"redis://web{n + 1}:6379/0"},
            }
            for n in range(700 * count)
        }
        return [Source("compose.yaml", compose_file(services))]

    assert_nothing_outgrows(make, monkeypatch)
