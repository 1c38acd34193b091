"""Ask whether anything that requirements/ci.txt pins has a known hole: `python scripts/audit.py`.

Exit status 1 when there is one. Where the service that knows cannot be asked, a line says so and the status is 0.
"""

import json
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).parents[1] / "requirements" / "ci.txt"
PATIENCE = 120  # seconds


def main() -> int:
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--disable-pip",
        "--format",
        "json",
        "--requirement",
        str(PINS),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return skipped("no answer in time")
    if "No module named" in done.stderr:
        print("audit: pip-audit is missing; install the extra `audit`")
        return 1
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return skipped(done.stderr.strip().rpartition("\n")[2])
    holes = [(package, hole) for package in packages for hole in package.get("vulns", ())]
    for package, hole in holes:
        print(
            f"audit: {package['name']} {package['version']}: {hole['id']}, fixed in {', '.join(hole['fix_versions'])}"
        )
    asked = sum("vulns" in package for package in packages)
    if not asked:
        return skipped("the service knows none of the packages")
    print(f"audit: {len(holes)} known holes in {asked} of {len(packages)} packages")
    return int(bool(holes))


def skipped(reason: str) -> int:
    print(f"audit: skipped, the service cannot be asked: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
