"""Our `dataclass` does what the standard library's does, for everything that the project uses of it."""

import copy
import dataclasses
import pickle
from importlib import import_module
from typing import ClassVar, Generic, TypeVar

import deploylint
import pytest
from deploylint import dataclass as lean
from deploylint import facts

T = TypeVar("T")


def plain(library):
    @library.dataclass(slots=True)
    class Plain:
        """A point."""

        x: int
        kind: ClassVar[str] = "plain"
        y: int = 2
        tags: list[str] = library.field(default_factory=list)
        hidden: int = library.field(default=7, init=False, repr=False, compare=False)

    return Plain


def frozen(library):
    @library.dataclass(frozen=True, slots=True, order=True)
    class Frozen:
        """A pair."""

        x: int
        y: str = "y"

    return Frozen


def by_identity(library):
    @library.dataclass(slots=True, eq=False)
    class Identity:
        """A node."""

        x: int = 1

    return Identity


def derived(library):
    @library.dataclass(frozen=True, slots=True)
    class Base(Generic[T]):
        """The base."""

        x: T
        y: int = 3

    @library.dataclass(frozen=True, slots=True)
    class Derived(Base[int]):
        """With one field more, and a new default."""

        y: int = 4
        z: int = 5

    return Derived


def checked(library):
    @library.dataclass(slots=True)
    class Checked:
        """Computes a field."""

        x: int
        double: int = library.field(init=False)

        def __post_init__(self):
            self.double = 2 * self.x

        def __repr__(self):
            return "own"

    return Checked


def unslotted(library):
    @library.dataclass(frozen=True)
    class Unslotted:
        """An ordinary class."""

        x: int = 1
        y: tuple[int, ...] = library.field(default=())

    return Unslotted


MAKERS = [plain, frozen, by_identity, derived, checked, unslotted]


def outcome(action):
    """What an action gives, or the class of what it raises."""
    try:
        return action()
    except (TypeError, AttributeError) as error:
        return type(error)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "act",
    [
        lambda cls: vars(cls).get("__slots__"),
        lambda cls: cls.__match_args__,
        lambda cls: (cls.__name__, cls.__qualname__.rpartition("<locals>")[2], cls.__doc__),
        lambda cls: repr(cls(1)).rpartition("<locals>")[2],
        lambda cls: repr(cls(x=1)).rpartition("<locals>")[2],
        lambda cls: cls(1, 2, 3, 4, 5),
        lambda cls: cls(unknown=1),
        lambda cls: cls(1) == cls(1),
        lambda cls: cls(1) == cls(2),
        lambda cls: cls(1) == 1,
        lambda cls: cls(1) < cls(2),
        lambda cls: cls(1) >= cls(2),
        lambda cls: cls(1) < 1,
        lambda cls: len({first := cls(1), cls(1), first}),
        lambda cls: setattr(cls(1), "x", 2),
        lambda cls: delattr(cls(1), "x"),
        lambda cls: copy.copy(cls(1)).x,
        lambda cls: copy.deepcopy(cls(1)).x,
        lambda cls: [(f.name, f.init, f.repr, f.compare, f.type) for f in dataclasses.fields(cls)],
        lambda cls: dataclasses.replace(cls(1), x=9).x,
        lambda cls: dataclasses.asdict(cls(1)),
        lambda cls: hasattr(cls(1), "__dict__"),
    ],
)
def test_same_as_the_standard_library(make, act):
    ours, standard = make(lean), make(dataclasses)
    assert repr(outcome(lambda: act(ours))).replace(repr(ours), "") == repr(
        outcome(lambda: act(standard))
    ).replace(repr(standard), "")


@pytest.mark.parametrize("make", MAKERS)
def test_replace(make):
    old = make(lean)(1)
    new = lean.replace(old, x=9)
    assert (old.x, new.x) == (1, 9)
    assert type(new) is type(old)


def test_every_instance_gets_its_own_default():
    cls = plain(lean)
    cls(1).tags.append("one")
    assert cls(1).tags == []


def test_the_initialiser_is_compiled_once_there_are_many_instances():
    cls = frozen(lean)
    plain = cls.__init__
    few = [cls(number) for number in range(3)]
    assert cls.__init__ is plain
    many = [cls(number) for number in range(100)]
    assert cls.__init__ is not plain
    assert many[:3] == few
    assert [item.y for item in many] == ["y"] * 100


def test_pickle():
    span = deploylint.Severity.ERROR, import_module("deploylint.source").Span(1, 2)
    assert pickle.loads(pickle.dumps(span)) == span


def test_facts_have_no_dictionary():
    """There are many, and a class without slots above one with them brings a dictionary for each."""
    kinds = [one for one in vars(facts).values() if isinstance(one, type) and dataclasses.is_dataclass(one)]
    assert facts.Known in kinds
    assert [one.__name__ for one in kinds if one.__dictoffset__ or one.__weakrefoffset__] == []
