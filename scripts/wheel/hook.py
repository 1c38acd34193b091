"""Put the index of the rules and the groups of modules into the wheel: made from the very files that the wheel gets."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACK = "deploylint_rules"
SCRIPTS = Path(__file__).parent


class Wheel(BuildHookInterface):
    """An editable installation gets neither, since its modules change."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._folder = TemporaryDirectory()
        made = Path(self._folder.name)
        sources = [str(Path(self.root, folder)) for folder in ("linter", "rules")]
        (made / PACK).mkdir()
        index = made / PACK / "_index.py"
        index.write_bytes(_python("-m", "deploylint.rule_index", PACK, path=sources))
        files = made / "amalgamated"
        files.mkdir()
        (files / "__init__.py").write_text('"""See `deploylint.amalgamation`."""\n')
        _python(str(SCRIPTS / "amalgamation.py"), str(files), *sources, str(made), path=sources)
        (files / "patterns.py").write_bytes(_python(str(SCRIPTS / "patterns.py"), path=sources))
        build_data["force_include"] |= {str(index): f"{PACK}/_index.py", str(files): "deploylint/amalgamated"}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        if version != "editable":
            self._folder.cleanup()


def _python(*arguments: str, path: list[str]) -> bytes:
    """What a program prints that imports from these folders."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, check=True
    ).stdout
