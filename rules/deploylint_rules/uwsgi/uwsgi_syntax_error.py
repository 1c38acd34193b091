from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.uwsgi import UwsgiConfig


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("*** WARNING: Can't find section * in INI configuration file *", "error parsing YAML file: *"),
)
def uwsgi_syntax_error(config: UwsgiConfig) -> Findings:
    """A part of the file that uWSGI cannot read.

    ## Why is this bad?
    In an ini file uWSGI takes the first and the last character off a header, whatever they are: with a comment
    behind it, the section gets another name, and all its options are lost. A broken YAML, JSON or XML file keeps
    uWSGI from starting.

    ## Example
    ```uwsgi
    [uwsgi] ; the shop
    module = shop.wsgi
    ```

    ## Use instead
    ```uwsgi
    ; the shop
    [uwsgi]
    module = shop.wsgi
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html
    """
    for problem in config.problems:
        yield Finding(
            problem.at,
            problem.message,
            label="uWSGI does not start with this" if problem.refused else "uWSGI loses what belongs to it",
            help=problem.help,
        )
