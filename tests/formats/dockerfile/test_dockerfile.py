"""Dockerfiles: instructions with their places, stages, and what the last one starts."""

import pytest
from deploylint.facts import Known
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.dockerfile import facts, parse
from deploylint.formats.dockerfile.image import image, official_name
from deploylint.source import Source
from deploylint.tree import MemoryTree
from hypothesis import given
from hypothesis import strategies as st


def parsed(text, path="web/Dockerfile"):
    return parse(Source(path, text))


def shown(values):
    return {name: value.value if isinstance(value, Known) else "?" for name, value in values.items()}


def test_instructions_go_over_lines_comments_and_here_documents():
    text = (
        "FROM a\nRUN one \\\n  # no\n\n  two\nCOPY <<A <<B /x\nUSER root\nA\nFROM b\nB\ncmd run # it\n# end\n"
    )
    document = parsed(text)
    assert [instruction.name for instruction in document.instructions] == ["FROM", "RUN", "COPY", "CMD"]
    assert [instruction.at.text for instruction in document.instructions][1] == "RUN one \\\n  # no\n\n  two"
    assert [text[span.start : span.end] for span in document.comments()] == ["# no", "# end"]
    assert document.problems == ()


def test_words_know_their_places():
    text = 'FROM a\nCOPY --chown=a:b --from=x one \\\n  \'two three\' /dst\nCMD ["a b", \\\n  "c\\n"]\n'
    copy, command = parsed(text).instructions[1:]
    assert copy.flags == {"chown": "a:b", "from": "x"}
    assert [text[word.span.start : word.span.end] for word in copy.words] == ["one", "'two three'", "/dst"]
    assert [word.value for word in command.words] == ["a b", "c\n"]
    assert text[command.words[0].span.start : command.words[0].span.end] == "a b"


def test_a_stage_takes_from_the_stage_it_is_built_on():
    text = (
        "ARG V=3.12\nFROM python:$V AS Base\nENV A=1 B=${A}x\nENV C=${A}${B}\nUSER one\nWORKDIR /a\n"
        "FROM node AS js\nUSER two\nFROM base\nWORKDIR b/..\nWORKDIR c\n"
    )
    made = image(parsed(text))
    assert made.base == "python:3.12"
    # One ENV instruction sees the variables of those before it only.
    assert shown(made.environment) == {"A": "1", "B": "?", "C": "?"}
    assert (made.user.value, made.directory.value) == ("one", "/a/c")
    assert image(parsed(text), "JS").user.value == "two"
    assert image(parsed(text), "0").user.value == "one"
    assert image(parsed(text), "gone") is None
    assert image(parsed(text), None, {"V": "3.9"}).base == "python:3.9"


def test_old_environment_form_and_unknown_arguments():
    made = image(parsed("FROM debian\nARG GIVEN\nENV OLD some text\nENV NEW=$GIVEN\n"))
    assert shown(made.environment) == {"OLD": "some text", "NEW": "?"}


@pytest.mark.parametrize(
    ("name", "official"),
    [
        ("python", "python"),
        ("python:3.12-slim@sha256:00", "python"),
        ("docker.io/library/python:3", "python"),
        ("public.ecr.aws/docker/library/python:3", "python"),
        ("bitnami/python", None),
        ("ghcr.io/x/python", None),
        ("", None),
    ],
)
def test_official_images(name, official):
    assert official_name(name) == official


@pytest.mark.parametrize(
    ("end", "kind", "at"),
    [
        ('CMD ["gunicorn", "shop"]', Kind.GUNICORN, '["gunicorn", "shop"]'),
        ("CMD gunicorn shop", Kind.GUNICORN, "gunicorn shop"),
        ('ENTRYPOINT ["gunicorn"]\nCMD ["shop"]', Kind.GUNICORN, '["gunicorn"]'),
        ("CMD old\nENTRYPOINT uvicorn shop:app", Kind.UVICORN, "uvicorn shop:app"),
        ("CMD old\nCMD gunicorn \\\n  # why\n  shop", Kind.GUNICORN, "gunicorn \\\n  # why\n  shop"),
    ],
)
def test_what_is_started(end, kind, at):
    document = parsed(f"FROM python:3\n{end}\n")
    (process,) = facts([document], MemoryTree([]))
    assert (process.invocation.kind, process.at.text) == (kind, at)
    assert process.invocation.span.start >= process.at.span.start
    assert (process.namespace.project, process.namespace.service) == ("web", "Dockerfile")


def test_the_command_of_the_base_is_not_known():
    assert list(facts([parsed("FROM shop\nRUN x\n"), parsed("")], MemoryTree([]))) == []


def test_variables_of_the_image_reach_its_shell():
    (process,) = facts(
        [parsed("FROM python:3\nENV PORT=9000\nCMD gunicorn -b :$PORT shop\n")], MemoryTree([])
    )
    assert process.invocation.binds[0].address.port == 9000


@given(st.text(alphabet="FROM RUNCPY<E\\`#\n\t \"[],='$a{}:-\r\ufeff", max_size=80))
def test_any_text_is_read(text):
    document = parsed(text)
    for instruction in document.instructions:
        assert len(instruction.text) == instruction.end - instruction.text_start
        assert all(word.span.end <= len(text) for word in instruction.words)
        assert instruction.value_at.span.end <= len(text)
    list(document.comments())
    list(facts([document], MemoryTree([])))
