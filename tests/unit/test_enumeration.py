"""Our `Enum` does what the standard library's does, for everything that the project uses of it."""

import copy
import enum
import pickle

import pytest
from deploylint import Severity, enumeration
from deploylint.formats.command_line.invocation import Kind


def colour(base):
    class Colour(base):
        """A colour."""

        RED = "red"
        GREEN = ("green", 1)
        ROUGE = "red"

        @property
        def loud(self):
            return f"{self.value}!"

    return Colour


@pytest.mark.parametrize(
    "act",
    [
        lambda cls: cls.RED.name,
        lambda cls: cls.RED.value,
        lambda cls: cls.GREEN.value,
        lambda cls: repr(cls.RED),
        lambda cls: str(cls.GREEN),
        lambda cls: cls.RED.loud,
        lambda cls: cls.RED is cls.ROUGE,
        lambda cls: cls("red") is cls.RED,
        lambda cls: cls(("green", 1)) is cls.GREEN,
        lambda cls: [member.name for member in cls],
        len,
        lambda cls: cls.RED == "red",
        lambda cls: cls.RED == cls.GREEN,
        lambda cls: len({cls.RED, cls.ROUGE, cls.GREEN}),
        lambda cls: cls.RED in cls,
        lambda cls: isinstance(cls.RED, cls),
        lambda cls: copy.copy(cls.RED) is cls.RED,
        lambda cls: copy.deepcopy([cls.RED])[0] is cls.RED,
        lambda cls: cls.__doc__,
    ],
)
def test_same_as_the_standard_library(act):
    assert act(colour(enumeration.Enum)) == act(colour(enum.Enum))


def test_an_unknown_value_is_refused_in_the_same_words():
    said = []
    for base in (enumeration.Enum, enum.Enum):
        with pytest.raises(ValueError, match="is not a valid") as error:
            colour(base)("blue")
        said.append(str(error.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("member", [Severity.ERROR, Kind.GUNICORN])
def test_pickle(member):
    assert pickle.loads(pickle.dumps(member)) is member
