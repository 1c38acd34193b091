"""Feed targets with texts that lead into code not reached before: `python tests/fuzz/run.py [TARGET...] --seconds 60`.

Without a target all of them take turns. An input that a target does not stand is printed and kept in `cases/`, where
`test_targets.py` replays it; the exit status is then 1. Needs atheris (the extra `fuzz`).
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
LONGEST = 4096  # bytes
HANG = 20  # seconds
TAIL = 30  # lines of the fuzzer's own words to show


def main() -> int:
    options = arguments().parse_args()
    if options.inside:
        return inside(options)
    targets = import_module(options.module).TARGETS
    unknown = set(options.targets) - set(targets)
    if unknown:
        sys.stderr.write(f"no target {', '.join(sorted(unknown))}; there are {', '.join(targets)}\n")
        return 2
    return fuzz(options.targets or list(targets), options)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--runs", type=int, default=-1, help="inputs to try (default: no limit)")
    parser.add_argument("--seconds", type=int, default=60, help="when to stop (default: 60; 0: never)")
    parser.add_argument(
        "--corpus", type=Path, help="a folder that keeps what leads to new code, for the next run"
    )
    parser.add_argument(
        "--cases", type=Path, default=HERE / "cases", help="where to keep the inputs that are found"
    )
    parser.add_argument("--module", default="fuzz.targets", help=argparse.SUPPRESS)
    parser.add_argument("--inside", nargs="+", help=argparse.SUPPRESS)
    return parser


def fuzz(names: list[str], options: argparse.Namespace) -> int:
    """Start the fuzzer on some targets; the result is the exit status."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        seeds, found = folder / "seeds", folder / "found"
        words = prepare(names, seeds)
        found.mkdir()
        (folder / "words").write_text("".join(f'"{escaped(word)}"\n' for word in words), encoding="ascii")
        corpus = options.corpus or folder / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        flags = [f"-runs={options.runs}", f"-max_total_time={options.seconds}", f"-max_len={LONGEST}",
                 f"-timeout={HANG}", "-rss_limit_mb=4096", "-print_final_stats=1", f"-dict={folder / 'words'}",
                 f"-artifact_prefix={found}/", str(corpus), str(seeds)]  # fmt: skip
        command = [
            sys.executable,
            __file__,
            *names,
            "--module",
            options.module,
            "--inside",
            *(f"+{flag}" for flag in flags),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        said = done.stdout.decode("utf-8", "backslashreplace")
        count = re.search(r"stat::number_of_executed_units:\s+(\d+)", said)
        print(
            f"{names[0] if len(names) == 1 else f'{len(names)} targets'}: {count[1] if count else '?'} inputs"
        )
        for path in sorted(found.iterdir()):
            keep(names, path, options.cases)
        if done.returncode != 0:
            print("\n".join(said.splitlines()[-TAIL:]))
        return int(done.returncode != 0)


def prepare(names: list[str], folder: Path) -> list[str]:
    """Write the seeds; the result is the words for the fuzzer's dictionary."""
    from fuzz.seeds import pieces, seeds

    folder.mkdir()
    words: dict[str, None] = {}
    for number, name in enumerate(names):
        words |= dict.fromkeys(pieces(name))
        for count, text in enumerate(seeds(name)):
            data = text.encode("utf-8", "surrogateescape")[: LONGEST - 1]
            (folder / f"{name}-{count}").write_bytes(bytes([number]) + data if len(names) > 1 else data)
    return [word for word in words if word]


def escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogateescape"))


def keep(names: list[str], path: Path, cases: Path) -> None:
    """Print an input that was found, and put it among the cases of its target."""
    data = path.read_bytes()
    name = names[0]
    if len(names) > 1:
        name, data = names[data[0] % len(names)], data[1:]
    case = cases / name / hashlib.sha256(data).hexdigest()[:12]
    case.parent.mkdir(parents=True, exist_ok=True)
    case.write_bytes(data)
    print(f"{path.name.partition('-')[0]} in {name}, kept as {case}:\n{data!r}")


def inside(options: argparse.Namespace) -> int:
    """The process that is watched: it never comes back."""
    import atheris

    with atheris.instrument_imports(include=["deploylint", "deploylint_rules", "fuzz.broken"]):
        targets = import_module(options.module).TARGETS
        chosen = [targets[name] for name in options.targets]
        if "project" in options.targets:
            import_module("support").all_rules()

    def one_input(data: bytes) -> None:
        target = chosen[0]
        if len(chosen) > 1:
            if not data:
                return
            target, data = chosen[data[0] % len(chosen)], data[1:]
        target(data.decode("utf-8", "surrogateescape"))

    atheris.Setup([sys.argv[0], *(flag.removeprefix("+") for flag in options.inside)], one_input)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
