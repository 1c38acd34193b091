"""Names of keys that several rules look at."""

COMMANDS = (
    "ExecCondition",
    "ExecStart",
    "ExecStartPre",
    "ExecStartPost",
    "ExecReload",
    "ExecReloadPost",
    "ExecStop",
    "ExecStopPre",
    "ExecStopPost",
)
UNIT_LISTS = (
    "After", "Alias", "Also", "Before", "BindTo", "BindsTo", "Conflicts", "JoinsNamespaceOf", "OnFailure", "OnSuccess",
    "PartOf", "PropagateReloadFrom", "PropagateReloadTo", "PropagatesReloadTo", "PropagatesStopTo",
    "ReloadPropagatedFrom", "RequiredBy", "Requires", "RequiresOverridable", "Requisite", "RequisiteOverridable",
    "Service", "Slice", "Sockets", "StopPropagatedFrom", "Unit", "UpheldBy", "Upholds", "WantedBy", "Wants",
)  # fmt: skip
