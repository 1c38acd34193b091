from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.gunicorn.bindings import Binder, Binding
from deploylint.formats.gunicorn.settings import RefusedError, checked
from deploylint.formats.gunicorn.values import PATH, Defined, Evaluated, Reference, is_code, types_of
from deploylint.formats.python.expressions import Lambda
from deploylint.formats.python.nodes import Assignment, ClassDefinition, FunctionDefinition, Import
from deploylint.typed import Any
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import gunicorn_bind
from deploylint.vocabulary import gunicorn
from deploylint.vocabulary.gunicorn import Setting

_PLAIN = frozenset({"addresses", "boolean", "integer", "string", "strings", "words"})
_NO_PATHS = _PLAIN | {"directory", "host-port"}
_MAY_HOLD_SECRETS = frozenset({"raw_env", "ssl_version", "ciphers", "secure_scheme_headers"})


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=("Invalid value for *", "Invalid address: *", "* is not a valid port number."),
)
def gunicorn_invalid_value(config: GunicornConfig) -> Findings:
    """gunicorn refuses the value of a setting.

    ## Why is this bad?
    gunicorn checks every setting that the file has, prints `Invalid value for ...` and does not start. It
    wants whole numbers where it counts (`cpu_count() * 1.5` is none), `True` or `False` where it
    decides, and networks where it trusts. An imported module that has the name of a setting counts as its
    value, too.

    ## Example
    ```gunicorn
    import multiprocessing

    bind = "http://127.0.0.1:8000"
    workers = multiprocessing.cpu_count() * 1.5
    preload_app = "yes"
    ```

    ## Use instead
    ```gunicorn
    import multiprocessing

    bind = "127.0.0.1:8000"
    workers = int(multiprocessing.cpu_count() * 1.5)
    preload_app = True
    ```

    ## References
    https://docs.gunicorn.org/en/latest/settings.html
    """
    for name, bindings in config.outcome.names.settings:
        setting = gunicorn.setting(name)
        if setting is None or setting.removed is not None:
            continue
        for binding in bindings:
            if isinstance(binding.node, Import) and len(bindings) > 1:
                continue  # an import that may fail, or may not be reached
            reason = _refusal(setting, binding)
            if reason is not None and binding.node is not None:
                yield _finding(setting, binding.node, reason)


def _refusal(setting: Setting, binding: Binding) -> str | None:
    """Why gunicorn refuses whatever value the binding gives; None where it may take one."""
    node = binding.node
    if isinstance(node, Import):
        whole = any(one.name == setting.name and not one.attribute for one in node.imported)
        return "it is a module" if whole else None
    value = binding.value
    if value is None:
        return None
    if types_of(value) == PATH:
        return "it is a pathlib.Path" if setting.kind in _NO_PATHS else None
    if not value.alternatives or not _all_known(value):
        return None
    reasons = [_refused(setting, one) for one in value.alternatives]
    return reasons[0] if all(reasons) else None


def _all_known(value: Evaluated) -> bool:
    """Every possible value, or as many as there are numbers of processors."""
    return value.complete or (not value.variables and "processors" in value.reason)


def _refused(setting: Setting, value: Any) -> str | None:
    if isinstance(value, Defined):
        return _wrong_function(setting, value)
    if isinstance(value, Reference):
        return _wrong_thing(setting, value)
    try:
        kept = checked(setting, value)
    except RefusedError as error:
        return str(error)
    if setting.name != "bind" or not isinstance(kept, list):
        return None
    try:
        for address in kept:
            gunicorn_bind(address)
    except InvalidValue as error:
        return str(error)
    return None


def _wrong_thing(setting: Setting, value: Reference) -> str | None:
    """A module, or a function or class of Python itself; what else a module holds is not known."""
    if setting.kind not in _PLAIN:
        return None
    if "." not in value.dotted:
        return "it is a module"
    return "it is a function or a class" if is_code(value) else None


def _wrong_function(setting: Setting, value: Defined) -> str | None:
    """A hook needs as many parameters as gunicorn passes; those with defaults count, `*args` does not."""
    if isinstance(value.node, ClassDefinition):
        return None
    if setting.kind != "hook":
        # gunicorn calls a function that stands for a class.
        return None if setting.kind == "class" else "it is a function"
    if not setting.arities or _positional(value.node) in setting.arities:
        return None
    return f"Value must have an arity of: {max(setting.arities)}"


def _positional(function: FunctionDefinition | Lambda) -> int:
    """How many parameters stand before the first star."""
    if isinstance(function, Lambda):
        kinds = [
            "" if one.type == "NAME" else "*" if "STAR" in one.type else "," for one in function.parameters
        ]
    else:
        kinds = [one.kind for one in function.parameters]
    stars = next((index for index, kind in enumerate(kinds) if kind.startswith("*")), len(kinds))
    return kinds[:stars].count("")


def _finding(setting: Setting, node: Binder, reason: str) -> Finding:
    at = node.value_at if isinstance(node, Assignment) else node.at
    hidden = setting.name in _MAY_HOLD_SECRETS
    return Finding(
        at,
        f"Invalid value for {setting.name}" + ("" if hidden else f": {reason}"),
        label="gunicorn does not start",
        help=_help(setting),
    )


def _help(setting: Setting) -> str | None:
    match setting.kind:
        case "integer":
            return "give a whole number"
        case "boolean":
            return "write True or False"
        case "hook":
            return "take the parameters that gunicorn passes"
        case _ if setting.name == "bind":
            return "write host:port, unix:/path, or a list of them"
        case "addresses" if setting.validator == "string_to_addr_list":
            return "write addresses and networks with commas between them"
        case _ if setting.words:
            return f"choose one of {', '.join(setting.words)}"
        case _:
            return None
