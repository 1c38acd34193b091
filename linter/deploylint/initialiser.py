"""The code of a dataclass's `__init__`."""

from collections.abc import Iterable


def initialiser(parts: Iterable[tuple[str, str, bool]], *, refuses: bool, ends: bool) -> str:
    """The text of an `__init__` without its defaults; what it needs besides are global names.

    `parts`: the fields that get a value, with where it comes from if nobody gives it ("default", "factory" or "" for
    nowhere) and whether there is a parameter for it. `refuses`: the class takes no assignments. `ends`: with `__post_init__`.
    """
    parameters, lines = ["self"], []
    for name, source, is_parameter in parts:
        value = name
        if source == "factory":
            value = f"_make_{name}()" + (f" if {name} is _factory else {name}" if is_parameter else "")
        elif not is_parameter:
            value = f"_default_{name}"
        if is_parameter:
            parameters.append(name)
        lines.append(f" _set_{name}(self, {value})" if refuses else f" self.{name} = {value}")
    if ends:
        lines.append(" self.__post_init__()")
    return f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"])
