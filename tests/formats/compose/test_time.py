"""Hostile files cost no more than their length."""

import time

import pytest
from deploylint import formats
from deploylint.source import Source
from deploylint.tree import MemoryTree

SERVICES = "".join(f"  s{n}: *a\n" for n in range(3000))

HOSTILE = {
    "aliases.compose.yaml": f"x: &a {{image: x, ports: [{', '.join(map(str, range(1000, 2000)))}]}}\nservices:\n{SERVICES}",
    "merges.compose.yaml": "".join(f"m{n}: &m{n}\n  <<: *m{n - 1}\n  k{n}: 1\n" for n in range(1, 3000)),
    "references.compose.yaml": "services:\n  a:\n    image: x\n    command: " + "${A:-b}" * 20000 + "\n",
    "nested.compose.yaml": "services:\n  a:\n    image: x\n    command: "
    + "${A:-" * 20000
    + "}" * 20000
    + "\n",
    "ranges.compose.yaml": "services:\n  a:\n    image: x\n    ports: [" + "1-65535, " * 1000 + "]\n",
    "extends.compose.yaml": "services:\n" + "".join(f"  s{n}: {{extends: s{n + 1}}}\n" for n in range(300)),
    "Dockerfile.env": "FROM python\n" + "ENV A=1\n" * 20000,
    "Dockerfile.stages": "".join(f"FROM s{n - 1} AS s{n}\nENV A{n}=1\n" for n in range(5000)),
    "Dockerfile.heredocs": "FROM a\n" + "RUN <<E\n" * 20000,
    "many.env": 'A="\n' * 20001,
    "Procfile": "a:b\n" * 20000,
}


@pytest.mark.parametrize("path", HOSTILE)
def test_time(path):
    name = "compose" if path.endswith("yaml") else path.partition(".")[0].lower().replace("many", "env")
    source = Source(path, HOSTILE[path])
    start = time.process_time()
    document = formats.load(name).parse(source)
    list(document.walk())
    list(document.comments())
    list(formats.load(name).facts([document], MemoryTree([source])))
    assert time.process_time() - start < 3
