"""Where the project and its rules are described."""

HOMEPAGE = "https://github.com/deploylint/deploylint"


def rule_url(name: str) -> str:
    """The page of a rule."""
    return f"{HOMEPAGE}/blob/main/docs/rules/{name}.md"
