"""Hostile files cost no more than their length."""

import pytest
from deploylint import formats
from deploylint.source import Source
from deploylint.tree import MemoryTree
from support import assert_linear

HOSTILE = {
    "aliases.compose.yaml": (
        500,
        lambda n: (
            f"x: &a {{image: x, ports: [{', '.join(map(str, range(1000, 1000 + n // 4)))}]}}\nservices:\n"
            + "".join(f"  s{i}: *a\n" for i in range(n))
        ),
    ),
    "merges.compose.yaml": (
        500,
        lambda n: "".join(f"m{i}: &m{i}\n  <<: *m{i - 1}\n  k{i}: 1\n" for i in range(1, n)),
    ),
    "references.compose.yaml": (
        3000,
        lambda n: "services:\n  a:\n    image: x\n    command: " + "${A:-b}" * n + "\n",
    ),
    "nested.compose.yaml": (
        3000,
        lambda n: "services:\n  a:\n    image: x\n    command: " + "${A:-" * n + "}" * n + "\n",
    ),
    "ranges.compose.yaml": (
        100,
        lambda n: "services:\n  a:\n    image: x\n    ports: [" + "1-65535, " * n + "]\n",
    ),
    "extends.compose.yaml": (
        60,
        lambda n: "services:\n" + "".join(f"  s{i}: {{extends: s{i + 1}}}\n" for i in range(n)),
    ),
    "Dockerfile.env": (3000, lambda n: "FROM python\n" + "ENV A=1\n" * n),
    "Dockerfile.stages": (1000, lambda n: "".join(f"FROM s{i - 1} AS s{i}\nENV A{i}=1\n" for i in range(n))),
    "Dockerfile.heredocs": (3000, lambda n: "FROM a\n" + "RUN <<E\n" * n),
    "many.env": (3000, lambda n: 'A="\n' * (n + 1)),
    "Procfile": (3000, lambda n: "a:b\n" * n),
}


@pytest.mark.parametrize("path", HOSTILE)
def test_time_is_linear(path):
    name = "compose" if path.endswith("yaml") else path.partition(".")[0].lower().replace("many", "env")
    size, text = HOSTILE[path]

    def read(count):
        source = Source(path, text(count))
        document = formats.load(name).parse(source)
        list(document.walk())
        list(document.comments())
        list(formats.load(name).facts([document], MemoryTree([source])))

    assert_linear(read, size, 4 * size)
