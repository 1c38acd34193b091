from bisect import bisect_right

from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.document import Document
from deploylint.model.variants import is_development, is_example
from deploylint.secrets import find
from deploylint.values.errors import printable


@rule(Severity.WARNING, group=Group.SECURITY, confidence=Confidence.MEDIUM)
def secret_in_file(document: Document, context: Context) -> Findings:
    """A password, key or token stands in a file of the repository.

    ## Why is this bad?
    Everybody who can read the repository has it, now and in every old commit and copy. Unit files and
    the environment of a service are readable for all users of the machine besides.

    ## Example
    ```systemd
    [Service]
    User=shop
    Environment=DJANGO_SECRET_KEY=u8Zp4qLw0xR7tBn2vKd9
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    User=shop
    EnvironmentFile=/etc/shop/secrets.env
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    For values that open nothing. Placeholders, references to variables and files, and values that
    everybody would guess are left alone, and so are files for development, tests and examples, unless
    the form of a value tells that it is a key. Reports never show the value.

    ## References
    - https://owasp.org/www-project-top-ten/
    - https://docs.docker.com/compose/how-tos/use-secrets/
    - systemd.exec(5), LoadCredential=
    """
    path = document.path
    secrets = find(document.source.text)
    if not secrets or (document.format == "env" and path not in context.project.tree.files):
        return
    quiet = is_development(path) or is_example(path)
    comments = [(span.start, span.end) for span in document.comments()]
    for secret in secrets:
        start, end = secret.span.start, secret.span.end
        position = bisect_right(comments, (start, len(document.source.text) + 1))
        before = comments[max(0, position - 1) : position]
        if (quiet and not secret.certain) or any(first <= start < last for first, last in before):
            continue
        yield Finding(
            document.source.location(start, end),
            printable(f"{secret.name} is written in the file"),
            label="everybody with the repository has it",
            help="change it, and keep it where only the service can read it",
        )
