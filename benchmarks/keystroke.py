"""What a keystroke costs the language server in a project of 100 files.

    python benchmarks/keystroke.py [--short]

Generates 25 deployments of four files, opens one nginx file and types in it. Prints the processor time of the first look
at the project, and of each keystroke: until the choices at the cursor are there, and until all findings are.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deploylint.language_server.addresses import uri_of
from deploylint.language_server.diagnostics import Findings
from deploylint.language_server.languages import Place, languages
from deploylint.language_server.positions import Positions
from deploylint.language_server.workspace import OpenFile, Workspace
from deployments import generate

DEPLOYMENTS = 25


def seconds(action: Callable[[], object]) -> float:
    started = time.process_time()
    action()
    return time.process_time() - started


def choices(file: OpenFile, offset: int) -> int:
    """How many choices there are at a place."""
    document = file.folder.document(file.path)
    assert document is not None
    place = Place(file.folder.project, document, offset)
    return max(len(found.items) if (found := one.choices(place)) else 0 for one in languages(document))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        faults = generate(root, DEPLOYMENTS)
        site = root / "shop00000" / "deploy" / "site.conf"
        workspace = Workspace()
        workspace.set_folders([uri_of(folder)])
        findings = Findings(workspace, Positions("utf-16"))
        text = site.read_text()
        file = workspace.open(uri_of(str(site)), 1, text)
        assert file is not None
        first = seconds(lambda: list(findings.changes()))
        assert len(file.folder.outcome().report.diagnostics) >= faults
        answers, checks = [], []
        offset = text.index("    location")
        for version in range(2, 7 if "--short" in sys.argv else 32):
            typed = f"{text[:offset]}    pro{'x' * (version % 3)}\n{text[offset:]}"

            def answer(typed: str = typed, version: int = version) -> None:
                workspace.change(file.uri, version, typed)
                assert choices(file, offset + 7) > 100

            answers.append(seconds(answer))
            checks.append(seconds(lambda: list(findings.changes())))
        print(f"files {4 * DEPLOYMENTS}, first look {first * 1000:.0f} ms of processor time")
        for name, figures in (("choices at the cursor", answers), ("findings of all files", checks)):
            middle, worst = statistics.median(figures), max(figures)
            print(
                f"{name}: {middle * 1000:.1f} ms (at most {worst * 1000:.1f}), {first / middle:.0f} times faster"
            )


if __name__ == "__main__":
    main()
