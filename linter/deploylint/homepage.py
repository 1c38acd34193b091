"""Where the project and its rules are described."""

from functools import lru_cache

from deploylint import packs

HOMEPAGE = "https://github.com/deploylint/deploylint"
_PACK = "deploylint_rules"


def rule_url(name: str) -> str | None:
    """The file of a rule, whose docstring is its documentation. None for a rule of another pack."""
    module = _modules().get(name)
    return f"{HOMEPAGE}/blob/main/rules/{module.replace('.', '/')}.py" if module else None


@lru_cache(maxsize=1)
def _modules() -> dict[str, str]:
    return {rule.name: rule.module for rule in packs.rule_names([_PACK])}
