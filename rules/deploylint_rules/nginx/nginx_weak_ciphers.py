from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive

# Words of OpenSSL's cipher lists that stand for broken ciphers only (openssl-ciphers(1)).
_WEAK = frozenset(
    {
        "RC4",
        "RC2",
        "DES",
        "3DES",
        "DES-CBC3-SHA",
        "RC4-SHA",
        "RC4-MD5",
        "ECDHE-RSA-RC4-SHA",
        "ECDHE-RSA-DES-CBC3-SHA",
        "EDH-RSA-DES-CBC3-SHA",
        "DES-CBC-SHA",
        "IDEA",
        "SEED",
        "MD5",
        "EXP",
        "EXPORT",
        "EXPORT40",
        "EXPORT56",
        "LOW",
        "NULL",
        "ENULL",
        "ANULL",
        "ADH",
        "AECDH",
        "COMPLEMENTOFALL",
        "COMPLEMENTOFDEFAULT",
    }
)
# What takes a weak word away again when it is excluded.
_FAMILIES = {
    "DES-CBC3-SHA": "3DES",
    "ECDHE-RSA-DES-CBC3-SHA": "3DES",
    "EDH-RSA-DES-CBC3-SHA": "3DES",
    "RC4-SHA": "RC4",
    "RC4-MD5": "RC4",
    "ECDHE-RSA-RC4-SHA": "RC4",
    "ADH": "ANULL",
    "AECDH": "ANULL",
    "NULL": "ENULL",
    "EXP": "EXPORT",
    "DES-CBC-SHA": "DES",
}


@rule(
    Severity.WARNING,
    group=Group.SECURITY,
    named=("ssl_ciphers", "proxy_ssl_ciphers", "grpc_ssl_ciphers"),
)
def nginx_weak_ciphers(directive: Directive) -> Findings:
    """Ciphers that are broken are offered.

    ## Why is this bad?
    RC4, DES, export ciphers and those without encryption or authentication let others read or change what
    is sent.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        ssl_ciphers HIGH:3DES:!aNULL:!MD5;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        ssl_ciphers HIGH:!aNULL:!MD5;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ciphers
    - openssl-ciphers(1)
    """
    if len(directive.values) != 1 or directive.opaque or "$" in directive.values[0]:
        return
    weak = _weak(directive.values[0])
    if weak:
        yield Finding(
            directive.args[0].at,
            f"{', '.join(weak)} should not be offered",
            label="broken",
            help="leave it out, or keep nginx's default HIGH:!aNULL:!MD5",
        )


def _weak(ciphers: str) -> list[str]:
    """The weak words of a list that nothing in it takes away again."""
    items = [item for item in ciphers.replace(",", ":").replace(" ", ":").split(":") if item]
    killed = {item[1:].upper() for item in items if item.startswith("!")}
    found: list[str] = []
    for item in items:
        if item[0] == "-":
            found = [one for one in found if one.upper() != item[1:].upper()]
        elif item[0] not in "!+@" and item.upper() in _WEAK:
            name = item.upper()
            if name not in killed and _FAMILIES.get(name, name) not in killed:
                found.append(item)
    return found
