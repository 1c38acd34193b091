from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.values.address import UnixAddress


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def uwsgi_socket_left_behind(config: UwsgiConfig) -> Findings:
    """A Unix socket that stays when uWSGI has ended.

    ## Why is this bad?
    Without `vacuum` the file is still there when nobody listens: nginx logs "Connection refused" instead of "No such
    file", and who checks for the file takes uWSGI for running.

    ## Example
    ```uwsgi
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    module = shop.wsgi
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    module = shop.wsgi
    vacuum = true
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html#vacuum
    """
    settings = settings_of(config)
    vacuum = settings.boolean("vacuum")
    if not isinstance(vacuum, Known) or vacuum.value:
        return
    for socket in settings.sockets():
        address = socket.address
        if (
            isinstance(address, Known)
            and isinstance(address.value, UnixAddress)
            and not address.value.abstract
        ):
            yield Finding(
                socket.at, "Without vacuum the socket's file stays when uWSGI ends", help="set vacuum = true"
            )
            return
