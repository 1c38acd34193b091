"""The release of systemd that the deployment runs on."""

from deploylint.typed import TYPE_CHECKING
from deploylint.vocabulary.data.systemd import NEWEST

if TYPE_CHECKING:
    from deploylint.project import Project


def target_version(project: "Project") -> int:
    """The number of the release that was asked for, else of the newest known one."""
    target = project.targets.get("systemd")
    return target[0] if target else NEWEST


def is_stated(project: "Project") -> bool:
    """Whether anybody said which release it is. Else what only the newest one dropped may well work where it runs."""
    return bool(project.targets.get("systemd"))
