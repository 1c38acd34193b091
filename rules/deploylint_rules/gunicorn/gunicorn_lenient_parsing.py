from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import stated

# gunicorn/config.py: settings whose text calls them dangerous or temporary.
_LENIENT: dict[str, tuple[object, ...]] = {
    "header_map": ("dangerous",),
    "strip_header_spaces": (True, "true"),
    "permit_obsolete_folding": (True, "true"),
    "permit_unconventional_http_method": (True, "true"),
    "permit_unconventional_http_version": (True, "true"),
    "casefold_http_method": (True, "true"),
}


@rule(Severity.WARNING, group=Group.SECURITY)
def gunicorn_lenient_parsing(config: GunicornConfig) -> Findings:
    """A setting makes gunicorn accept requests that proxies read otherwise.

    ## Why is this bad?
    Where gunicorn and the proxy in front of it do not agree on what a request is, one client can slip in a
    request of another one, or a header that the proxy has taken out. gunicorn refuses such requests since
    22.0; these settings bring them back.

    ## Example
    ```gunicorn
    header_map = "dangerous"
    permit_obsolete_folding = True
    ```

    ## Use instead
    ```gunicorn
    header_map = "drop"
    permit_obsolete_folding = False
    ```

    ## When it is fine
    For a client that cannot be changed, behind a proxy that rewrites all headers.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#header-map
    - https://docs.gunicorn.org/en/latest/settings.html#permit-unconventional-http-method
    """
    for name, bad in _LENIENT.items():
        found = stated(config, name)
        if found is None or (found.value.lower() if isinstance(found.value, str) else found.value) not in bad:
            continue
        yield Finding(
            found.node.at,
            f"{name} lets requests in that proxies read otherwise",
            label="a way to smuggle requests",
            help="leave it out",
        )
