"""The settings that every add-on of the `platform` section has."""

from typing import Any

from config.settings import Settings
from config.types.kubernetes import ChartVersion, Namespace


class AddonSettings(Settings):
    """An add-on of the platform."""

    enabled: bool = True
    """Install it."""

    version: ChartVersion | None = None
    """Version of its chart. Default: the version in config/versions.yaml."""

    namespace: Namespace | None = None
    """Namespace of its release. Default: see its page under docs/addons."""

    values: dict[str, Any] = {}
    """Values of its chart, merged over those of the generator. Null removes a default of the chart.
    They are not checked at synth; Helm finds a misspelt key where the chart has a schema. Must not
    contain secrets, which would be stored in the Terraform state."""


class ObjectsSettings(Settings):
    """An add-on of the platform without a chart: objects of our own."""

    enabled: bool = True
    """Install it."""

    namespace: Namespace | None = None
    """Namespace of its release. Default: see its page under docs/addons."""


class FurtherChart(Settings):
    """The settings of a further chart of an add-on, which has versions of its own."""

    version: ChartVersion | None = None
    """Version of its chart. Default: the version in config/versions.yaml."""

    values: dict[str, Any] = {}
    """Values of its chart, with the same rules as those of the add-on."""
