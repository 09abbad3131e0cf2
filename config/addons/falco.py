"""Runtime security in the `platform` section: Falco."""

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
    """Falco, which watches what containers ask of the kernel."""

    enabled: bool = False
    """Install it, on every node."""

    alerts: bool = True
    """Send what it finds to Alertmanager, which `platform.monitoring` brings. Without, it is in the
    logs of its pods only."""

    alert_priority: FalcoPriority = "warning"
    """Least priority that is sent."""

    rules: dict[RulesFileName, str] = {}
    """Rules of your own, by the name of their file, in Falco's form. They come after its own."""

    replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Replicas of what sends to Alertmanager."""
