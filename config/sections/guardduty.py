"""The `guardduty` section: threat detection in the cluster's audit logs and on its nodes."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from config.reading.form import Form
from config.settings import Settings

DetectorId = Annotated[
    str, StringConstraints(pattern=r"^[a-f0-9]{32}$"), Form("32 hexadecimal digits")
]


class GuardDuty(Settings):
    """Amazon GuardDuty.

    An account has one detector in each region: set `detector` if another environment or the
    organization has created it.
    """

    enabled: bool = False
    """Enable GuardDuty."""

    detector: DetectorId | None = None
    """Id of an existing detector. Default: create one."""

    audit_logs: bool = True
    """Analyze the audit logs of the region's EKS clusters."""

    runtime_monitoring: bool = True
    """Monitor processes, files and connections on EKS nodes; GuardDuty installs its agent as an EKS
    add-on."""

    publishing_frequency: Literal["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"] = "SIX_HOURS"
    """How often repeated occurrences of a finding are published."""

    organization_members: Literal["none", "new", "all"] = "none"
    """Accounts of the organization that GuardDuty is enabled in, if this account is its delegated
    administrator: new ones, or all. They get `audit_logs` and `runtime_monitoring` as set here."""
