"""What annotations take from `typing`, for a program that is started for every commit.

Importing `typing` takes a twentieth of a run, and nothing here looks at an annotation but to tell the
class that a rule visits. Type checkers see the standard library's names; at run time those stand in for
them that modules of every run use.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Final, Generic, NoReturn, Protocol, Self, TypeVar, cast
else:

    class _Named:
        """Something that may have parameters, and forgets them; what comes of it may be without a dictionary, too."""

        __slots__ = ()

        def __class_getitem__(cls, parameters: object) -> type:
            return cls

    class ClassVar(_Named):
        __slots__ = ()

    class Generic(_Named):
        __slots__ = ()

    class Protocol:
        __slots__ = ()

    Any = Final = NoReturn = Self = object

    def TypeVar(_name: str, **_options: object) -> type:  # noqa: N802  it stands for a class
        return object

    def cast(_kind: object, value: object) -> object:
        return value


__all__ = [
    "TYPE_CHECKING",
    "Any",
    "ClassVar",
    "Final",
    "Generic",
    "NoReturn",
    "Protocol",
    "Self",
    "TypeVar",
    "cast",
]
