"""Put the index of the rules into the wheel: made from the very files that the wheel gets."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACK = "deploylint_rules"


class RuleIndex(BuildHookInterface):
    """An editable installation gets none, since its rules change."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._folder = TemporaryDirectory()
        index = Path(self._folder.name, "_index.py")
        roots = [str(Path(self.root, folder)) for folder in ("linter", "rules")]
        index.write_bytes(
            subprocess.run(
                [sys.executable, "-m", "deploylint.rule_index", PACK],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(roots), "PYTHONDONTWRITEBYTECODE": "1"},
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
        )
        build_data["force_include"][str(index)] = f"{PACK}/_index.py"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        if version != "editable":
            self._folder.cleanup()
