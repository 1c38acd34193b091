"""Commands that replace variables themselves."""

from deploylint.values.exec_line import ExecCommand

_INTERPRETERS = frozenset(
    {
        "sh", "bash", "dash", "ash", "zsh", "ksh", "fish", "busybox", "awk", "gawk", "mawk", "perl", "sed", "php", "ruby",
        "envsubst", "env", "find", "xargs", "ssh", "su", "sudo", "runuser", "systemd-run", "docker", "podman", "tmux",
        "screen", "tclsh", "node", "jq", "make",
    }
)  # fmt: skip


def reads_variables(command: ExecCommand) -> bool:
    """Whether a dollar sign may mean something to the program, or to one that it starts."""
    words = (command.path.text, *(word.text for word in command.arguments[:2]))
    return any(word.rpartition("/")[2] in _INTERPRETERS for word in words)
