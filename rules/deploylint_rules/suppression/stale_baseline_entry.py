from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.baseline import StaleBaselineEntry


@rule(Severity.NOTE, group=Group.STYLE)
def stale_baseline_entry(entry: StaleBaselineEntry) -> Findings:
    """The baseline has findings that are not there any more.

    ## Why is this bad?
    Somebody mended them, and as long as the baseline still counts them it will hide as many new ones.

    Only what a run looked at is judged: a file that was not read and a rule that did not run are left alone.

    ## Example
    ```systemd
    [Service]
    Type=oneshot
    ExecStart=/usr/bin/backup
    ```
    ```json title="deploylint-baseline.json"
    {
      "version": 1,
      "findings": {
        "systemd/app.service": {
          "systemd-unknown-key": 1
        }
      }
    }
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=oneshot
    ExecStart=/usr/bin/backup
    ```
    ```json title="deploylint-baseline.json"
    {
      "version": 1,
      "findings": {}
    }
    ```

    ## When it is fine
    Where another version of the program, or another set of files, brings the finding back.
    """
    many = "1 finding" if entry.recorded == 1 else f"{entry.recorded} findings"
    if not entry.known:
        message = f'the baseline has {many} of "{entry.rule}", and no rule is called so'
    elif entry.found:
        there = f"there {'is' if entry.found == 1 else 'are'} {entry.found}"
        message = f"the baseline has {many} of {entry.rule} in {entry.path}, and {there}"
    else:
        message = f"the baseline has {many} of {entry.rule} in {entry.path}, and there is none"
    yield Finding(entry.at, message, help="deploylint baseline --prune takes out what is not needed any more")
