"""Which of uWSGI's formats a file is in: by its name, else by its first mark."""

from deploylint.formats.uwsgi.ini_file import parse_ini
from deploylint.formats.uwsgi.nodes import UwsgiConfig
from deploylint.source import Source


def parse(source: Source) -> UwsgiConfig:
    """Parse an ini, YAML, XML or JSON file."""
    text = source.text.lstrip("\ufeff \t\r\n")
    name = source.path.lower()
    if name.endswith((".json", ".js")) or (text.startswith("{") and not text.startswith(("{{", "{%", "{#"))):
        from deploylint.formats.uwsgi.json_file import parse_json  # noqa: PLC0415  (rare formats load late)

        return parse_json(source)
    if name.endswith(".xml") or (text.startswith("<") and not text.startswith("<%")):
        from deploylint.formats.uwsgi.xml_file import parse_xml  # noqa: PLC0415

        return parse_xml(source)
    if name.endswith((".yml", ".yaml")) or (".ini" not in name and "\nuwsgi:" in f"\n{source.text}"):
        from deploylint.formats.uwsgi.yaml_file import parse_yaml  # noqa: PLC0415

        return parse_yaml(source)
    return parse_ini(source)
