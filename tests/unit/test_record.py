"""Records behave as frozen, slotted data classes do, as far as the project uses them."""

import copy
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import pytest
from deploylint.record import field, fields, mutable_record, record, replace


@record
class Point:
    """A place."""

    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)

    @property
    def double(self) -> int:
        return self.x * 2

    def moved(self, by: int) -> "Point":
        return replace(self, x=self.x + by)


@record(eq=False)
class Thing:
    name: str


@mutable_record
class Counter:
    count: int = 0
    seen: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Reference:
    x: int
    y: int = 0
    tags: list[str] = dataclass_field(default_factory=list)


@pytest.mark.parametrize("arguments", [(1,), (1, 2), (1, 2, ["a"])])
def test_looks_like_the_data_class(arguments):
    assert repr(Point(*arguments)) == repr(Reference(*arguments)).replace("Reference", "Point")
    assert Point(*arguments) == Point(*arguments)
    assert Point(*arguments) != Point(2)
    assert Point(*arguments) != Reference(*arguments)


@pytest.mark.parametrize("arguments", [(), (1, 2, [], 4)])
def test_refuses_what_the_data_class_refuses(arguments):
    with pytest.raises(TypeError):
        Reference(*arguments)
    with pytest.raises(TypeError, match=r"Point\.__init__"):
        Point(*arguments)


def test_default_factories_make_a_value_for_each_instance():
    first, second = Point(1), Point(1)
    first.tags.append("a")
    assert second.tags == []
    assert Point(1, tags=["b"]).tags == ["b"]


def test_frozen():
    with pytest.raises(AttributeError, match=r"Point\.x cannot be changed"):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del Point(1).x  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Point(1).z = 2  # type: ignore[attr-defined]


def test_hash_by_fields_or_identity():
    span = record(type("Span", (), {"__annotations__": {"start": int, "end": int}}))
    assert len({span(1, 2), span(1, 2), span(1, 3)}) == 2
    assert len({Thing("a"), Thing("a")}) == 2
    assert Thing("a") != Thing("a")


def test_mutable_records_have_no_hash():
    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)
    with pytest.raises(TypeError):
        hash(counter)


def test_methods_matching_and_copies():
    match Point(3, 4):
        case Point(x, y):
            assert (x, y) == (3, 4)
    assert Point(3).double == 6
    assert Point(3).moved(2) == Point(5)
    assert fields(Point) == ("x", "y", "tags")
    assert Point.__doc__ == "A place."
    assert copy.copy(Counter(2)) == Counter(2)
