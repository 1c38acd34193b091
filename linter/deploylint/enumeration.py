"""`Enum` as in the standard library, for a program that is started for every commit.

There each member takes as long to make as a small module to import, `value` is a function call, and so is
the hash. Type checkers see the standard library's class, and a test compares both. What is not
used here is not there: `auto`, flags, `_missing_`, members that are functions, mixing in other types.
"""

from deploylint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import Enum
else:

    class _EnumType(type):
        """Makes each plain value in a class's body a member: its only instance of that value."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> "type[Enum]":
            values = {
                key: value for key, value in body.items() if key[0] != "_" and not hasattr(value, "__get__")
            }
            made = super().__new__(cls, name, bases, {k: v for k, v in body.items() if k not in values})
            made._of_value = members = {}
            for key, value in values.items():
                member = members.get(value)
                if member is None:  # otherwise a second name of the same member
                    member = members[value] = object.__new__(made)
                    member.name, member.value = key, value
                setattr(made, key, member)
            return made

        def __call__(cls, value: Any) -> "Enum":
            try:
                return cls._of_value[value]
            except KeyError:
                raise ValueError(f"{value!r} is not a valid {cls.__qualname__}") from None

        def __iter__(cls) -> "Iterator[Enum]":
            return iter(cls._of_value.values())

        def __len__(cls) -> int:
            return len(cls._of_value)

    class Enum(metaclass=_EnumType):
        """A class of a few instances, which have a `name` and a `value`, are found by the value and compared by identity."""

        __slots__ = ("name", "value")

        def __repr__(self) -> str:
            return f"<{type(self).__name__}.{self.name}: {self.value!r}>"

        def __str__(self) -> str:
            return f"{type(self).__name__}.{self.name}"

        def __reduce__(self) -> tuple[Any, ...]:
            return type(self), (self.value,)


__all__ = ["Enum"]
