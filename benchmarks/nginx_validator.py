"""An nginx file of 5,000 lines with every rule, whole processes, side by side with crossplane, both gixys and nginx.

    python benchmarks/nginx_validator.py [--short]

All get the same file, in which deploylint and the gixys have the same thing to find and nginx none. crossplane only
parses. Prints the medians of the processor time and their ratios.
"""

import json
import shutil

from _inputs import GIXY_CHECK, NGINX_RULE, nginx_file
from _side_by_side import by_turns, compare, did, installed, is_short, this_checkout, workshop


def main() -> None:
    rounds = 3 if is_short(__doc__ or "") else 11
    with workshop() as folder:
        target = folder / "nginx.conf"
        text = nginx_file(5_000)
        target.write_text(text)
        commands = {
            "deploylint": [
                this_checkout(folder) / "deploylint", "--isolated", "--output-format", "json", target.name
            ]
        }  # fmt: skip
        for name, command in (
            ("crossplane", ["crossplane", "parse", target]),
            ("gixy-ng", ["gixy", "--format", "json", target]),
            ("gixy-next", ["gixy", "--format", "json", "--disable-includes", target]),
        ):
            if (programs := installed(folder, name)) is not None:
                commands[name] = [programs / str(command[0]), *command[1:]]
        if nginx := shutil.which("nginx", path="/usr/sbin:/usr/bin"):
            commands["nginx -t"] = [nginx, "-t", "-q", "-p", folder, "-c", target]
        costs = by_turns(commands, folder, rounds)
        last = {name: several[-1] for name, several in costs.items()}
        rules = {finding["rule"] for finding in json.loads(last["deploylint"].output)["findings"]}
        did(NGINX_RULE in rules, last["deploylint"], f"deploylint did not find {NGINX_RULE}")
        for name in ("gixy-ng", "gixy-next"):
            if name in last:
                did(GIXY_CHECK in last[name].output, last[name], f"{name} did not find {GIXY_CHECK}")
        if "crossplane" in last:
            did(
                "/srv/static/" in last["crossplane"].output,
                last["crossplane"],
                "crossplane did not read it all",
            )
        compare(f"{text.count(chr(10))} lines of nginx", costs)


if __name__ == "__main__":
    main()
