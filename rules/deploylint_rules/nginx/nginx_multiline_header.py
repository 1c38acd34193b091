from deploylint import Finding, Findings, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.words import Head


def _spans_lines(head: Head) -> bool:
    return len(head.values) > 1 and "\n" in head.values[1]


@rule(Severity.WARNING, named=("add_header", "add_trailer", "proxy_set_header"), when=_spans_lines)
def nginx_multiline_header(directive: Directive) -> Findings:
    """The value of a header spans several lines.

    ## Why is this bad?
    nginx sends the line breaks as they are. Such headers are obsolete in HTTP/1.1 and not allowed in
    HTTP/2 and HTTP/3: clients cut the value off or refuse the whole answer.

    ## Example
    ```nginx
    server {
        listen 80;
        add_header Content-Security-Policy "default-src 'self';
            img-src *";
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        add_header Content-Security-Policy "default-src 'self'; img-src *";
    }
    ```

    ## References
    - https://www.rfc-editor.org/rfc/rfc9112#name-obsolete-line-folding
    """
    word = directive.args[1]
    if not word.opaque:
        yield Finding(
            word.at,
            f'the value of "{directive.values[0]}" spans several lines',
            label="sent with its line breaks",
            help="write it on one line, or join pieces with set",
        )
