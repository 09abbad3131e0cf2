"""The `guardduty` section: threat detection over the cluster's audit log and its nodes."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from config.reading.form import Form
from config.settings import Settings

DetectorId = Annotated[
    str, StringConstraints(pattern=r"^[a-f0-9]{32}$"), Form("32 hexadecimal digits")
]


class GuardDuty(Settings):
    """Amazon GuardDuty.

    An account has one detector in a region: name it where another environment or the organization
    made it.
    """

    enabled: bool = False
    """Switch it on."""

    detector: DetectorId | None = None
    """The detector that is there already. Default: make one."""

    audit_logs: bool = True
    """Read the audit logs of the region's EKS clusters."""

    runtime_monitoring: bool = True
    """Watch processes, files and connections on EKS nodes; GuardDuty installs its agent as an EKS
    add-on."""

    publishing_frequency: Literal["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"] = "SIX_HOURS"
    """How often further occurrences of a finding are reported."""

    organization_members: Literal["none", "new", "all"] = "none"
    """Which accounts of the organization GuardDuty switches itself on in, where this account is its
    administrator: those that join, or all."""
