"""How messages speak of the model's things, the same in every rule."""

from deploylint.facts import Known, Listener, Target, Value


def address_of(target: Target) -> str:
    """A target as people write it: `127.0.0.1:5001`, `unix:/run/app.sock`, `web:8000`."""
    if isinstance(target.address, Known):
        text = str(target.address.value)
        return f"unix:{text}" if text.startswith(("/", "@")) else text
    return f"{target.host}:{target.port}" if target.host else "an unknown address"


def listens(listener: Listener) -> str:
    """What a label says under a listener: who, where, and why if no line says so."""
    if not isinstance(listener.address, Known):
        return f"{listener.owner} listens on an unknown address"
    address = listener.address
    reason = f" ({address.why})" if address.why else ""
    return f"{listener.owner} listens on {address.value}{reason}"


def because(value: Value[object]) -> str:
    """` (gunicorn default)` for a value that no line states, else nothing."""
    return f" ({value.why})" if isinstance(value, Known) and value.why else ""


def unless(*values: Value[object] | None) -> str:
    """`GUNICORN_CMD_ARGS in /etc/default/shop`: what may overrule one of the values; empty where nothing does."""
    return next((value.unless for value in values if isinstance(value, Known) and value.unless), "")


def seconds(value: float) -> str:
    """`30 s`, `0.5 s`, `1 min 30 s` is left to the reader."""
    return f"{value:g} s"
