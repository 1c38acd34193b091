from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.values.address import UnixAddress

_OTHERS_WRITE = 0o002


@rule(Severity.NOTE, group=Group.SECURITY, pedantic=True)
def uwsgi_socket_world_writable(config: UwsgiConfig) -> Findings:
    """Every user of the machine may talk to uWSGI.

    ## Why is this bad?
    Who can write to a uwsgi socket can set any variable of a request, the user's name and address included, and with
    `UWSGI_FILE` have uWSGI load a file of his own as its user. `chmod-socket` without a value means 666.

    ## Example
    ```uwsgi
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    chmod-socket = 666
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    chmod-socket = 660
    chown-socket = shop:www-data
    ```

    ## When it is fine
    Where one application has the machine or container for itself, or the socket's folder keeps others out.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html#chmod-socket
    """
    settings = settings_of(config)
    mode = settings.socket_mode
    option = settings.get("chmod-socket", "chmod")
    if option is None or not isinstance(mode, Known) or not mode.value & _OTHERS_WRITE:
        return
    if any(
        isinstance(one.address, Known) and isinstance(one.address.value, UnixAddress)
        for one in settings.sockets()
    ):
        yield Finding(
            option.at,
            f"The socket has mode {mode.value:o}: every user of the machine may send requests to the application",
            help="set chmod-socket = 660, and chown-socket to the web server's group",
        )
