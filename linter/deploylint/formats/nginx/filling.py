"""Templates that the nginx image fills in when a container starts.

`/docker-entrypoint.d/20-envsubst-on-templates.sh` of the official image runs envsubst on `/etc/nginx/templates/*.template`,
with the variables that the container has; any other `$name` stays nginx's own.
"""

from collections.abc import Mapping

from deploylint.facts import Target
from deploylint.formats.nginx.targets import parsed_target
from deploylint.pattern import ASCII, pattern
from deploylint.values.errors import InvalidValue

FOLDER = "/etc/nginx/templates/"
_REFERENCE = pattern(r"\$(?:\{([A-Za-z_]\w*+)\}|([A-Z_][A-Z0-9_]*+)(?![a-z]))", ASCII)


def references(text: str) -> set[str]:
    """The variables that a template asks for, as far as their names tell: nginx's own are written in small letters."""
    return {name for match in _REFERENCE.finditer(text) if (name := match[1] or match[2]).upper() == name}


def filled(target: Target, directive: str, values: Mapping[str, str]) -> Target:
    """The target with the variables put in; as it was where one is missing or the result is no address."""
    text = target.at.text
    if not references(text) or not references(text) <= values.keys():
        return target
    text = _REFERENCE.sub(lambda match: values.get(match[1] or match[2], match[0]), text.strip("\"'"))
    try:
        return parsed_target(text, directive, target.at, spare=target.spare)
    except InvalidValue:
        return target
