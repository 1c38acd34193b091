"""Paths as systemd checks them."""

from deploylint.values.errors import InvalidValue, quoted

_PATH_MAX = 4096
_NAME_MAX = 255


def parse_absolute_path(text: str) -> str:
    """An absolute path without `..`, simplified: no doubled slashes, no `.` parts, no slash at the end.

    Source: systemd, `path_simplify_and_warn` with PATH_CHECK_ABSOLUTE.
    """
    if not text.startswith("/"):
        raise InvalidValue(f"{quoted(text)} is not an absolute path")
    return _normalised(text)


def parse_relative_path(text: str) -> str:
    """A relative path without `..`, simplified (systemd, PATH_CHECK_RELATIVE): RuntimeDirectory= and its kin."""
    if text.startswith("/"):
        raise InvalidValue(f"{quoted(text)} is an absolute path: a relative one is needed")
    return _normalised(text)


def is_file_name(text: str) -> bool:
    """Whether the text can name a file in a folder (systemd, `filename_is_valid`)."""
    return bool(text) and "/" not in text and text not in {".", ".."} and _byte_length(text) <= _NAME_MAX


def is_valid_path(text: str) -> bool:
    """Whether the kernel could take it: not empty, not too long, no part above 255 bytes."""
    if 0 < len(text) * 4 <= _NAME_MAX:
        return True
    return (
        bool(text)
        and _byte_length(text) < _PATH_MAX
        and all(len(part) * 4 <= _NAME_MAX or _byte_length(part) <= _NAME_MAX for part in text.split("/"))
    )


def simplified(text: str) -> str:
    """The path without doubled slashes, `.` parts and a slash at the end (systemd, `path_simplify`)."""
    if "//" not in text and "/." not in text and text[:1] != "." and text[-1:] != "/":
        return text
    root = "/" if text.startswith("/") else ""
    return root + "/".join(part for part in text.split("/") if part not in {"", "."})


def _normalised(text: str) -> str:
    path = simplified(text)
    if not is_valid_path(path):
        raise InvalidValue(f"{quoted(text)} is empty or too long for a path")
    if ".." in path and ".." in path.split("/"):
        raise InvalidValue(f"{quoted(text)} is not a normalised path: '..' is not allowed", text.find(".."))
    return path


def _byte_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
