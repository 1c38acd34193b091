"""What systemd takes, and does otherwise than people mean: shown by systemd 252 itself where it can be."""

import ctypes
import os
import re
import subprocess
from pathlib import Path

import pytest
from deploylint.facts import Process
from deploylint.source import Source
from oracles.systemd_verify import verify
from support import all_rules, check_sources, project_of

ENVIRONMENT = ("PORT=8000", "NAME=xyz", "OPTIONS=-a -b")
# A word of a command line, and whether a rule of ours says that it is not replaced as in a shell.
WORDS = {
    "--bind=$PORT": "systemd-variable-inside-word",
    "a$NAME.b": "systemd-variable-inside-word",
    "$NAME/x": "systemd-variable-inside-word",
    "$PORT": None,
    "$OPTIONS": None,
    "--bind=${PORT}": None,
    "a$$NAME": None,
    "a$": None,
    "${PORT:-9000}": "systemd-shell-parameter-expansion",
    "x${NAME#x}": "systemd-shell-parameter-expansion",
    "x${NAME%z}": "systemd-shell-parameter-expansion",
}
AS_IN_A_SHELL = {
    "--bind=$PORT": ["--bind=8000"],
    "a$NAME.b": ["axyz.b"],
    "$NAME/x": ["xyz/x"],
    "$PORT": ["8000"],
    "$OPTIONS": ["-a", "-b"],
    "--bind=${PORT}": ["--bind=8000"],
    "a$$NAME": ["a$NAME"],  # a dollar sign, as the manual says
    "a$": ["a$"],
    "${PORT:-9000}": ["8000"],
    "x${NAME#x}": ["xyz"],
    "x${NAME%z}": ["xxy"],
}


@pytest.fixture(scope="module")
def library():
    found = sorted(Path("/usr/lib").glob("*/systemd/libsystemd-shared-252.so"))
    if not found:
        pytest.skip("the private library of systemd 252 is not installed")
    return ctypes.CDLL(str(found[0]))


def strings(words):
    return (ctypes.c_char_p * (len(words) + 1))(*(word.encode() for word in words), None)


def replaced(library, word):
    function = library.replace_env_argv
    function.restype = ctypes.POINTER(ctypes.c_char_p)
    result, words = function(strings([word]), strings(ENVIRONMENT)), []
    while result[len(words)] is not None:
        words.append(result[len(words)].decode())
    return words


def rules_for(name, text, *rules):
    return {d.rule for d in check_sources([Source(name, text)], [all_rules()[rule] for rule in rules])}


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize(("word", "rule"), WORDS.items())
def test_variables_in_commands(library, word, rule):
    text = f"[Service]\nExecStart=/usr/bin/app {word.replace('%', '%%')}\n"
    found = rules_for("a.service", text, *filter(None, set(WORDS.values())))
    assert found == ({rule} if rule else set())
    assert (replaced(library, word) == AS_IN_A_SHELL[word]) is (rule is None)


UNSET = {
    "${POR}": [""],
    "--bind=${POR}": ["--bind="],
    "for f in a; do touch ${f}; done": ["for f in a; do touch ; done"],
}


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize(
    ("word", "becomes"), [*UNSET.items(), ("--bind=${PORT}", ["--bind=8000"]), ("$POR", [])]
)
def test_unset_variables_in_commands(library, word, becomes):
    assert replaced(library, word) == becomes
    text = f"[Service]\nEnvironment={' '.join(map(repr, ENVIRONMENT))}\nExecStart=/usr/bin/app '{word}'\n"
    assert bool(rules_for("a.service", text, "systemd-unset-variable")) is (word in UNSET)


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize("order", ["ab", "ba", "aba", "bab", "aab", "abba"])
def test_a_file_of_variables_that_is_named_again_says_all_of_it_again(library, order):
    """systemd merges the files in their order (core/execute.c, exec_context_load_environment)."""
    texts = {"a": ["X=a", "Y=a"], "b": ["X=b", "Z=b"]}
    function = library._strv_env_merge
    function.restype = ctypes.POINTER(ctypes.c_char_p)
    merged, end = strings(["X=unit"]), ctypes.c_void_p(-1)
    for name in order:
        merged = function(merged, strings(texts[name]), end)
    variables = []
    while merged[len(variables)] is not None:
        variables.append(merged[len(variables)].decode())
    lines = "".join(f"EnvironmentFile=/etc/{name}.env\n" for name in order)
    files = [Source(f"{name}.env", "\n".join(text) + "\n") for name, text in texts.items()]
    unit = Source("a.service", f"[Service]\nEnvironment=X=unit\n{lines}ExecStart=/usr/bin/app\n")
    (process,) = project_of([unit, *files]).every(Process)
    found = process.environment.variables
    assert sorted(f"{name}={found[name].value}" for name in "XYZ" if name in found) == sorted(variables)


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize("unset", ["A", "A=1", "A=2", "B=", "B=2 A=1", "C", "A=", "A B=1", "=1"])
def test_what_unset_environment_takes_away(library, unset):
    function = library.strv_env_delete
    function.restype = ctypes.POINTER(ctypes.c_char_p)
    left, variables = function(strings(["A=1", "B=2"]), 1, strings(unset.split())), []
    while left[len(variables)] is not None:
        variables.append(left[len(variables)].decode())
    text = f"[Service]\nEnvironment=A=1 B=2\nUnsetEnvironment={unset}\nExecStart=/usr/bin/app\n"
    project = project_of([Source("a.service", text)])
    (process,) = project.every(Process)
    found = process.environment.variables
    assert [f"{name}={found[name].value}" for name in "AB" if name in found] == variables


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize(("mode", "unsafe"), [("none", True), ("mixed", False), ("process", False)])
def test_kill_modes(tmp_path, mode, unsafe):
    text = f"[Service]\nExecStart=/bin/true\nKillMode={mode}\n"
    said = any("Unit uses KillMode=none" in m.text for m in verify(tmp_path, {"a.service": text}))
    assert said is unsafe
    assert bool(rules_for("a.service", text, "systemd-kill-mode-none")) is unsafe


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize(
    ("path", "legacy"), [("/var/run/x.pid", True), ("/run/x.pid", False), ("/var/x", False)]
)
def test_the_old_place_of_run(tmp_path, path, legacy):
    text = f"[Service]\nType=forking\nPIDFile={path}\nExecStart=/bin/true\n"
    (tmp_path / "a.service").write_text(text)
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / "a.service")],
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_LOG_TARGET": "console"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("below legacy directory /var/run/" in run.stderr) is legacy
    assert bool(rules_for("a.service", text, "systemd-legacy-var-run")) is legacy


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize(
    "key", ["After", "Before", "Conflicts", "OnFailure", "OnSuccess", "Wants", "PartOf", "BindsTo"]
)
def test_a_unit_that_depends_on_itself(tmp_path, key):
    text = f"[Unit]\n{key}=a.service\n[Service]\nExecStart=/bin/true\n"
    said = verify(tmp_path, {"a.service": text}, dependencies=True)
    dropped = any(f"{key}=a.service is dropped" in message.text for message in said)
    assert bool(rules_for("a.service", text, "systemd-depends-on-itself")) is dropped


MOUNTS = {
    "srv-a.mount": "[Mount]\nWhat=/dev/x\nWhere=/srv/b\n",
    "srv-b.mount": "[Mount]\nWhat=/dev/x\nWhere=/srv/b\n",
    "srv-c.mount": "[Mount]\nWhere=/srv/c\n",
    "srv-d.mount": "[Mount]\nWhat=/dev/x\n",
    "srv-a\\x2db.mount": "[Mount]\nWhat=/dev/x\nWhere=/srv//a-b/\n",
    "srv-e.automount": "[Automount]\nWhere=/srv/f\n",
    "srv-f.automount": "[Automount]\nWhere=/srv/f\n",
    "srv-g.automount": "[Automount]\nDirectoryMode=0700\n",
}


@pytest.mark.oracle("systemd")
def test_mounts(tmp_path):
    refused = {m.name: m.text for m in verify(tmp_path, MOUNTS) if m.text.endswith("Refusing.")}
    found = check_sources(
        [Source(name, text) for name, text in MOUNTS.items()], [all_rules()["systemd-unit-refused"]]
    )
    assert {d.at.path: d.finding.message for d in found} == refused
    assert len(refused) == 3


PLAIN = [
    "Group=%i",
    "User=%I",
    "Group=x%i",
    "ExecStopPost=%i",
    "ExecStopPost=/tmp/%i",
    "ExecStopPost=/tmp/x%i",
    "WorkingDirectory=%i",
    "WorkingDirectory=/srv/%i",
    "EnvironmentFile=%i",
    "RuntimeDirectory=%i",
    "RuntimeDirectory=a%i",
    "ReadWritePaths=%I",
    "PIDFile=/run/%i.pid",
    "Slice=%i",
    "LogNamespace=%i",
    "UnsetEnvironment=%i",
    "BusName=%i",
    "SupplementaryGroups=%i",
]


@pytest.mark.oracle("systemd")
def test_instances_of_plain_units(tmp_path):
    files = {f"t{n}.service": f"[Service]\nExecStart=/bin/true\n{line}\n" for n, line in enumerate(PLAIN)}
    refused = {message.name for message in verify(tmp_path, files) if message.line == 3}
    found = check_sources(
        [Source(name, text) for name, text in files.items()],
        [all_rules()["systemd-specifier-in-plain-unit"]],
    )
    assert {d.at.path for d in found} == set(files)
    assert {d.at.path for d in found if d.severity.value == "error"} == refused


@pytest.mark.oracle("systemd")
def test_a_template_without_instance_is_the_one_of_the_unit(tmp_path):
    """What `%i` leaves of `report@%i.service` in a plain unit; in a name of another form it leaves a hole."""
    (tmp_path / "report@.service").write_text("[Service]\nExecStart=/bin/true\n")
    text = "[Unit]\nOnFailure=report@%i.service\nAfter=db-%i.service\n[Service]\nExecStart=/bin/true\n"
    (tmp_path / "shop.service").write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=one"]
    said = subprocess.run(
        [*command, str(tmp_path / "shop.service")],
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_LOG_TARGET": "console"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "OnFailure: report@shop.service" in said
    assert "After: db-.service" in said
    found = check_sources([Source("shop.service", text)], [all_rules()["systemd-specifier-in-plain-unit"]])
    assert [one.at.start.line for one in found] == [3]


@pytest.mark.oracle("systemd")
def test_capabilities(tmp_path):
    """systemd knows ours, takes names in any case, and ignores others without a word."""
    from deploylint_rules.systemd.systemd_unknown_capability import CAPABILITIES

    listed = subprocess.run(
        ["systemd-analyze", "capability"], capture_output=True, text=True, check=True
    ).stdout
    assert {f"cap_{name}" for name in CAPABILITIES} >= set(re.findall(r"^cap_\w+", listed, re.MULTILINE))
    rule = all_rules()["systemd-unknown-capability"]
    for value, is_known in (("CAP_FOO", False), ("NET_ADMIN", False), ("cap_net_admin", True), ("12", True)):
        text = f"[Service]\nExecStart=/bin/true\nCapabilityBoundingSet={value} CAP_CHOWN\n"
        assert verify(tmp_path, {"c.service": text}) == []
        assert bool(check_sources([Source("c.service", text)], [rule])) != is_known
        asked = subprocess.run(["systemd-analyze", "capability", value], capture_output=True, check=False)
        assert (asked.returncode == 0) == is_known


@pytest.mark.oracle("systemd")
@pytest.mark.parametrize(("key", "refused"), [("After", False), ("Wants", False), ("Requires", True)])
def test_a_unit_that_is_not_there(tmp_path, key, refused):
    """Only `Requires=` has systemd say that a misspelt unit is not found; the job then fails."""
    text = f"[Unit]\n{key}=postgersql.service\n[Service]\nExecStart=/bin/true\n"
    (tmp_path / "a.service").write_text(text)
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "a.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("postgersql.service not found" in run.stderr) is refused, run.stderr
    rule = all_rules()["systemd-misspelt-dependency"]
    assert check_sources([Source("a.service", text)], [rule])
