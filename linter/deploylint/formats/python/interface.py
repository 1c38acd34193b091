"""How servers and applications in Python call each other; apart from what reads Python files, which takes a grammar."""

from deploylint.enumeration import Enum


class Interface(Enum):
    """How a server calls an application."""

    WSGI = "WSGI"
    ASGI = "ASGI"
