"""What a run can say of findings that it did not find: comments and baselines for them may be out of date, or not."""

import os
from collections.abc import Mapping, Sequence

from deploylint import selection
from deploylint.project import Project
from deploylint.settings import Settings
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.candidate import Candidate

ACROSS_FILES = "deployment"


class Judging:
    """Calling it with a rule's name and a path tells whether the finding would have been found, were it there.

    That is so when the rule ran and looked at the file, or when the file is gone from below the `roots`. What is
    seen across files is looked for in vain where files were named one by one (`whole` is False).
    """

    def __init__(
        self, project: Project, rules: "Mapping[str, Candidate]", roots: Sequence[str], *, whole: bool
    ) -> None:
        self._settings = project.settings
        self._paths = {document.path for document in project.documents}
        self._rules = rules
        self._roots = roots
        self._whole = whole

    def __call__(self, name: str, path: str) -> bool:
        if path not in self._paths:
            return self._is_gone(path)
        rule = self._rules.get(name)
        if rule is None or is_ignored(path, rule, self._settings):
            return False
        return self._whole or rule.subject != ACROSS_FILES

    def _is_gone(self, path: str) -> bool:
        real = os.path.realpath(path)
        inside = any(real.startswith(os.path.realpath(root).rstrip(os.sep) + os.sep) for root in self._roots)
        return inside and not os.path.lexists(path)


def is_ignored(path: str, rule: "Candidate", settings: Settings) -> bool:
    """Whether the settings silence a rule in a file, by the path that reports show."""
    if not settings.per_file_ignores:
        return False
    return selection.ignored_in(os.path.relpath(path, settings.base), rule, settings)
