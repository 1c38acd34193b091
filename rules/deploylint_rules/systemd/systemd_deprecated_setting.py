from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.target_version import is_stated, target_version
from deploylint.project import Project
from deploylint.vocabulary.systemd import Key, key, sections_of

_SYSLOG = {"syslog": "journal", "syslog+console": "journal+console"}
_JOURNAL_SINCE = 246
# The oldest release that a distribution still looks after (RHEL 8): a newer name may be unknown where the unit runs.
_EVERYWHERE = 239
# Old names whose values mean the same under the new one.
_RENAMED = frozenset(
    {
        "BindTo",
        "PropagateReloadTo",
        "PropagateReloadFrom",
        "ReadWriteDirectories",
        "ReadOnlyDirectories",
        "InaccessibleDirectories",
    }
)
# Every name that any release has replaced or left without effect, and those with values that it has; a test holds
# this to the vocabulary, which takes too long to search at every start.
OLD_NAMES = (
    "AssertKernelVersion", "BindTo", "BlockIOAccounting", "BlockIODeviceWeight", "BlockIOReadBandwidth",
    "BlockIOWeight", "BlockIOWriteBandwidth", "BusPolicy", "CPUAccounting", "CPUShares", "Capabilities",
    "ConditionKernelVersion", "ControlGroup", "DefaultMemoryLow", "DefaultMemoryMin",
    "DefaultStartupMemoryLow", "Delegate", "DelegateSubgroup", "FailureAction", "IgnoreOnSnapshot",
    "InaccessibleDirectories", "ManagedOOMMemoryPressure", "ManagedOOMMemoryPressureDurationSec",
    "ManagedOOMMemoryPressureLimit", "ManagedOOMMemoryPressureLimitPercent", "ManagedOOMSwap",
    "MemoryLimit", "Names", "NetClass", "OnFailureIsolate", "PropagateReloadFrom", "PropagateReloadTo",
    "ReadOnlyDirectories", "ReadWriteDirectories", "RebootArgument", "RequiresOverridable",
    "RequisiteOverridable", "StandardError", "StandardOutput", "StartLimitAction", "StartLimitBurst",
    "StartLimitInterval", "StartupBlockIOWeight", "StartupCPUShares", "SysVStartPriority",
)  # fmt: skip


@rule(
    Severity.NOTE,
    group=Group.VALIDITY,
    named=OLD_NAMES,
    symptoms=(
        "*Support for option * has been removed and it is ignored",
        "Standard output type syslog is obsolete*",
        "Unit uses *; please use * instead*",
    ),
)
def systemd_deprecated_setting(assignment: Assignment, context: Context) -> Findings:
    """A setting that systemd knows by another name now, or that does nothing any more.

    ## Why is this bad?
    systemd still takes the old names, but says so in the journal and may drop them. Limits of the old control
    groups, such as `MemoryLimit=` and `CPUShares=`, have no effect at all since release 258, so that nothing
    limits the service.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    StandardOutput=syslog
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    StandardOutput=journal
    ```

    ## When it is fine
    Units for an old release, which knows the old name only: say so with `--target systemd=VERSION`. A name that is
    younger than release 239 is only told to whom names a release.

    ## Fix safety
    Safe: systemd itself reads one as the other. There is no fix where the value must change, too.

    ## References
    systemd.directives(7); the NEWS of systemd
    """
    unit = context.document
    if not isinstance(unit, UnitFile) or not assignment.value or assignment.opaque:
        return
    known = key(assignment.section, assignment.name)
    version = target_version(context.project)
    if known is None or not known.known_in(version):
        return
    if known.parser == "config_parse_exec_output" and version >= _JOURNAL_SINCE:
        yield from _output(assignment)
    elif not known.works_in(version):
        yield Finding(
            assignment.name_at,
            f"{known.name}= does nothing since systemd {known.noop_since}",
            help=_instead(known, version),
            severity=Severity.WARNING if known.replacement and is_stated(context.project) else None,
        )
    elif known.replacement is not None and _is_there(known.replacement, unit, context.project):
        section, name = known.replacement
        rename = known.name in _RENAMED and section == known.section
        yield Finding(
            assignment.name_at,
            f"{known.name}= in [{known.section}] is an old name",
            help=_instead(known, version),
            fix=Fix(f"write {name}=", (Edit(assignment.name_at, name),)) if rename else None,
        )


def _output(line: Assignment) -> Findings:
    better = _SYSLOG.get(line.value)
    if better is not None:
        yield Finding(
            line.value_at,
            f"Standard output type {line.value} is obsolete: systemd takes it for {better}",
            help=f"write {better}, or leave the line out",
            fix=Fix(f"write {better}", (Edit(line.value_at, better),)),
        )


def _is_there(replacement: tuple[str, str], unit: UnitFile, project: Project) -> bool:
    better = key(*replacement)
    return (
        better is not None
        and better.works_in(target_version(project))
        and (better.since <= _EVERYWHERE or is_stated(project))
        and replacement[0] in (sections_of(unit.type) or ("Unit",))
    )


def _instead(known: Key, version: int) -> str | None:
    if known.replacement is None:
        return "leave the line out"
    section, name = known.replacement
    better = key(section, name)
    if better is None or not better.works_in(version):
        return "leave the line out"
    return f"write {name}= in [{section}]" if section != known.section else f"write {name}="
