"""Lines of unit files as systemd reads them: the same complaints at the same places."""

import random
import re

import pytest
from deploylint.formats.systemd import parse
from deploylint.source import Source
from oracles.systemd_verify import verify

SYNTAX = re.compile(
    r"Invalid section header|Bad characters in section|Assignment outside|Missing '='|Missing key name|UTF-8 clean"
)
FATAL = re.compile(r"Invalid section header|Bad characters in section|UTF-8 clean")
CASES = [
    "[Unit] # x\n[Service]\nExecStart=/bin/true\n",
    "[Unit\n",
    "[\n",
    "[]\n",
    '[Un"it]\n',
    "[Un\tit]\n",
    "[Un\\it]\n",
    "  [Service]  \nExecStart=/bin/true\nfoo\n",
    "foo\nDescription=x\n[Service]\nfoo\n=x\n = \nExecStart=/bin/true\n",
    "[X-Foo]\nfoo\n=x\n[Service]\nExecStart=/bin/true\n",
    "[Nonsense]\nfoo\n[Service]\nExecStart=/bin/true\n",
    "[Timer]\nfoo\n[Service]\nExecStart=/bin/true\n",
    "[Service]\nExecStart=/bin/true \\\n# comment\n  ; another\n  foo\nfoo\n",
    "[Service]\nExecStart=/bin/true \\\\\nfoo\n",
    "[Service]\nExecStart=/bin/true \\ \nfoo\n",
    "[Service]\nExecStart=/bin/true \\\n\nfoo\n",
    "[Service]\nExecStart=/bin/true\nfo\\\no\\\n=x\nfo\\\no",
    "\\\n[Service]\nExecStart=/bin/true\n\\\n\\\n  \\\nfoo\n",
    "[Serv\\\nice]\nExecStart=/bin/true\n",
    "[Service]\r\nExecStart=/bin/true\r\nfoo\r\n",
    "[Service]\rExecStart=/bin/true\rfoo\r",
    "\ufeff[Service]\nExecStart=/bin/true\nfoo\n",
    "\ufeff# x\n[Service]\nExecStart=/bin/true\n",
    "[Service]\nExecStart=/bin/true\n.include /etc/x\n",
    "[Service]\nExecStart=/bin/true\nDescription=\udcff\n",
    "[Service]\nExecStart=/bin/true\n# \udcff\n",
    "[X-Foo]\n\udcff\n[Service]\nExecStart=/bin/true\n",
    "[Service]\nExecStart=/bin/true\nfoo\\",
    "[Service]\nExecStart=/bin/true\n\xa0\nfoo\x0b\n",
]
# No Exec line: a fatal value would end the reading there.
SEED = """\
# comment
[Unit]
Description=Shop \\
  of the \\\\ town
; more
After=network.target

[Service]
Environment="A=b c" \\
# inside
  D=e
Restart=on-failure

[X-Shop]
anything goes
[Install]
WantedBy=multi-user.target
"""
PIECES = [
    *"\\[]=#; \t\n\r\"'x",
    "\\\n",
    "\n\n",
    "[Service]\n",
    "\n# c\n",
    "=\n",
    "\r\n",
    "é",
    "\udcff",
    "\ufeff",
]


def mutants(count):
    dice = random.Random(20)
    for _ in range(count):
        text = SEED
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(text))
            kind = dice.randrange(3)
            piece = dice.choice(PIECES)
            text = text[:at] + ("" if kind == 0 else piece) + text[at + (kind != 1) :]
        # systemd counts LF CR as one line end, editors as two.
        yield text.replace("\n\r", "\n")


def said_by_systemd(folder, texts):
    files = {f"t{number}.service": text for number, text in enumerate(texts)}
    found = {name: [] for name in files}
    for message in verify(folder, files):
        if message.line is not None and SYNTAX.search(message.text):
            found[message.name].append((message.line, message.text))
    return list(found.values())


def said_by_us(text):
    """Up to the first problem for which systemd stops reading; a continued line has its last line's number."""
    unit = parse(Source("t.service", text))
    ends = {node.start: node.end for node, _ in unit.walk()}
    found = []
    for problem in unit.problems:
        end = ends[problem.at.span.start]
        unfinished = end == len(text) and (len(text) - len(text.rstrip("\\"))) % 2
        found.append((unit.source.position(end).line + unfinished, problem.message))
        if problem.refused:
            break
    return found


def kind(message):
    return SYNTAX.search(message)[0]


def kinds(said):
    return [(line, kind(message)) for line, message in said]


@pytest.mark.oracle("systemd")
def test_the_same_complaints_on_written_cases(tmp_path):
    for text, expected in zip(CASES, said_by_systemd(tmp_path, CASES), strict=True):
        ours = said_by_us(text)
        assert [kind(message) for _, message in ours] == [kind(message) for _, message in expected], text
        assert [message.strip() for _, message in ours if FATAL.search(message) is None] == [
            message.strip() for _, message in expected if FATAL.search(message) is None
        ]


@pytest.mark.oracle("systemd")
def test_the_same_complaints_at_the_same_lines_on_mutants(tmp_path):
    texts = list(mutants(1000))
    differing = [
        (text, said_by_us(text), expected)
        for text, expected in zip(texts, said_by_systemd(tmp_path, texts), strict=True)
        if kinds(said_by_us(text)) != kinds(expected)
    ]
    assert not differing, differing[:3]


@pytest.mark.oracle("systemd")
def test_the_mutants_are_worth_asking(tmp_path):
    """A generator that breaks nothing would prove nothing."""
    answers = said_by_systemd(tmp_path, list(mutants(1000)))
    assert sum(map(bool, answers)) > 200
    assert len({kind(message) for answer in answers for _, message in answer}) == 6
