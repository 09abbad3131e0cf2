"""What can be said of every add-on of the `platform` section."""

from typing import Any

from config.settings import Settings
from config.types.kubernetes import ChartVersion, Namespace


class AddonSettings(Settings):
    """An add-on of the platform."""

    enabled: bool = True
    """Install it."""

    version: ChartVersion | None = None
    """Version of its chart. Default: the version table's."""

    namespace: Namespace | None = None
    """Namespace that it is installed in. Default: see its page under docs/addons."""

    values: dict[str, Any] = {}
    """Values of its chart, merged over the generator's. Null takes a default of the chart away.
    They are passed on as they are: a misspelt key is found by Helm, where the chart has a schema.
    No secrets: they would end up in the Terraform state."""
