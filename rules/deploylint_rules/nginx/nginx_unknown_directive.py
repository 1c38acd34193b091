from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.nginx import File, Statement
from deploylint.formats.nginx.complaints import Check, Complaint
from deploylint.formats.nginx.placing import complaints_of
from deploylint.pattern import pattern
from deploylint.targets import target
from deploylint.vocabulary import nginx as vocabulary
from deploylint.vocabulary.nearest import nearest
from deploylint_rules.nginx._sentences import version

# Modules of nginx itself and of Debian, whose directives are all known.
_FAMILIAR = pattern(
    r"ngx_(?:http|stream|mail|rtmp)_(?:perl|geoip2?|image_filter|xslt_filter|js|brotli_\w+|headers_more_filter|lua|echo|"
    r"auth_pam|dav_ext|fancyindex|cache_purge|subs_filter|upload_progress|uploadprogress|upstream_fair|nchan|passenger)?"
    r"_?module\.so|ndk_http_module\.so"
)


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=('[emerg] unknown directive "*" in *',))
def nginx_unknown_directive(file: File, context: Context) -> Findings:
    """A directive that nginx does not know.

    ## Why is this bad?
    nginx refuses to start. Either the name is misspelt (names are case-sensitive), or the directive came
    with a newer release or with a module that is not there.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_read_timout 120s;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_read_timeout 120s;
        }
    }
    ```

    ## When it is fine
    Directives of the well-known modules are known. For a module of your own, silence the rule where it
    is used.

    ## Fix safety
    Safe: nginx refuses the file as it stands.

    ## References
    - https://nginx.org/en/docs/dirindex.html
    """
    for complaint in complaints_of(Check.UNKNOWN, file, context.project):
        statement = complaint.directive
        meant = _meant(complaint)
        if file.generated and meant is None:
            continue
        yield Finding(
            statement.name_at,
            complaint.message,
            label=_label(statement.name),
            help=f'did you mean "{meant}"?' if meant else _help(statement, file, context),
            fix=Fix(f'rename it to "{meant}"', (Edit(statement.name_at, meant),))
            if meant
            else _quotes(complaint),
            confidence=Confidence.LOW if meant is None and _loads_strange_module(context) else None,
        )


def _loads_strange_module(context: Context) -> bool:
    files = context.project.documents_of(File)
    memo = files[0].memo  # one answer for the whole project
    if "strange module" not in memo:
        memo["strange module"] = any(
            not all(_FAMILIAR.search(value) for value in directive.values)
            for file in files
            for directive in file.at_top("load_module")
        )
    return bool(memo["strange module"])


def _meant(complaint: Complaint) -> str | None:
    """The directive of this context that somebody probably meant, if there is one only."""
    name = complaint.directive.name
    if vocabulary.directive(name) is not None or len(name) > 60:
        return None
    return nearest(
        name, [one for one in vocabulary.names() if complaint.context in vocabulary.contexts_of(one)]
    )


def _quotes(complaint: Complaint) -> Fix | None:
    """Quotes around a pattern that a brace has cut in two: `location ~ ^/[0-9]{2}/`."""
    statement, block = complaint.directive, complaint.within
    if (
        block is None
        or "}" not in statement.name
        or statement.start != block.head_end + 1
        or not block.values
    ):
        return None
    first, last = block.args[-1], statement.words[0]
    pattern = first.source.text[first.start : last.end]
    if first.end != block.head_end or first.quoted or '"' in pattern:
        return None
    return Fix(
        "put the pattern in quotes", (Edit(first.source.location(first.start, last.end), f'"{pattern}"'),)
    )


def _label(name: str) -> str:
    known = vocabulary.directive(name)
    if known is None:
        return ""
    return f"removed in {version(known.removed)}" if known.removed else f"added in {version(known.since)}"


def _help(statement: Statement, file: File, context: Context) -> str | None:
    name = statement.name
    known = vocabulary.directive(name)
    if known is not None:
        pinned = target(context.project, "nginx", file)
        runs = f"this deployment runs nginx {version(pinned.version if pinned else vocabulary.NEWEST)}"
        return f"{runs}: {pinned.why}" if pinned else runs
    if name.startswith("if("):
        return 'there must be a blank between "if" and the parenthesis'
    if name == "else":
        return "nginx has no else: write a second if with the opposite condition"
    if "}" in name:
        return 'an opening brace ends a word: put a pattern that has one, such as "[0-9]{2}", in quotes'
    return None
