from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import is_unset, stated

_PARTNERS = {
    "dogstatsd_tags": "statsd_host",
    "statsd_prefix": "statsd_host",
    "syslog_addr": "syslog",
    "syslog_prefix": "syslog",
    "syslog_facility": "syslog",
    "max_requests_jitter": "max_requests",
}


@rule(Severity.WARNING, group=Group.CORRECTNESS, confidence=Confidence.MEDIUM)
def gunicorn_setting_without_partner(config: GunicornConfig) -> Findings:
    """A setting has an effect only together with another one, which is not there.

    ## Why is this bad?
    `dogstatsd_tags` and `statsd_prefix` say how metrics look that are sent only with `statsd_host`;
    `syslog_addr` and its like where a log goes that is written only with `syslog = True`;
    `max_requests_jitter` moves a limit that is not there without `max_requests`. gunicorn says nothing.

    ## Example
    ```gunicorn
    syslog_addr = "udp://logs:514"
    max_requests_jitter = 50
    ```

    ## Use instead
    ```gunicorn
    syslog = True
    syslog_addr = "udp://logs:514"
    max_requests = 1000
    max_requests_jitter = 50
    ```

    ## When it is fine
    Where the command line gives the other setting.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#syslog
    - https://docs.gunicorn.org/en/latest/settings.html#statsd-host
    """
    for name, partner in _PARTNERS.items():
        found = stated(config, name)
        if found is not None and found.value and is_unset(config, partner):
            yield Finding(
                found.node.at,
                f"{name} has no effect without {partner}",
                label="without effect",
                help=f"set {partner}, too",
            )
