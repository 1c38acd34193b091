from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.env import Entry
from deploylint.model.variants import is_development, is_example
from deploylint.pattern import IGNORECASE, pattern
from deploylint.secrets import is_weak
from deploylint.values.errors import printable

_SECRET = pattern(r"(?:PASS(?:WORD|WD|PHRASE)?|SECRET(?:_KEY)?|TOKEN|API_?KEY)\Z", IGNORECASE)


@rule(Severity.WARNING, group=Group.SECURITY, confidence=Confidence.MEDIUM)
def env_weak_secret(entry: Entry, context: Context) -> Findings:
    """A password or key that everybody tries first, or a placeholder.

    ## Why is this bad?
    Passwords such as the name of the database, and keys such as Django's `django-insecure-...`, are the
    first that are tried. Whoever knows Django's secret key forges sessions and password resets.

    ## Example
    ```env title="deploy/prod.env"
    POSTGRES_PASSWORD=postgres
    ```

    ## Use instead
    ```env title="deploy/prod.env"
    POSTGRES_PASSWORD=${DB_PASSWORD}
    ```

    ## When it is fine
    In files for development, tests and examples, which the rule leaves alone, and in files that are not
    in the repository.

    ## References
    - https://docs.djangoproject.com/en/stable/ref/settings/#secret-key
    """
    path = entry.source.path
    if is_development(path) or is_example(path) or path not in context.project.tree.files:
        return
    if _SECRET.search(entry.name) and is_weak(entry.raw.strip("\"'")):
        yield Finding(
            entry.name_at,
            printable(f"{entry.name[:60]} is a value that everybody tries first"),
            label="a placeholder or a well-known password",
            help="take a long random value, and keep it out of the repository",
        )
