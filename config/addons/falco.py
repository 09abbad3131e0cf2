"""`platform.falco`: runtime security."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form

FalcoPriority = Literal[
    "emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"
]

RulesFileName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9._-]{0,60}[a-z0-9])?\.yaml$"),
    Form("the name of a file that ends with .yaml, in lower case"),
]


class FalcoSettings(AddonSettings):
    """Falco, which monitors the system calls of containers."""

    enabled: bool = False
    """Install it, on every node."""

    alerts: bool = True
    """Send its alerts to the Alertmanager of `platform.monitoring`. Otherwise they are only in the
    logs of its pods."""

    alert_priority: FalcoPriority = "warning"
    """Minimum priority of the alerts that are sent."""

    rules: dict[RulesFileName, str] = {}
    """Additional rules files by name, in Falco's format, loaded after the default rules."""

    replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Replicas of Falcosidekick, which sends to Alertmanager."""
