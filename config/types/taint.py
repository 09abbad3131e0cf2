"""The taint of a node."""

from typing import Literal

from config.settings import Settings
from config.types.kubernetes import LabelKey, LabelValue


class Taint(Settings):
    """A taint that keeps pods without a matching toleration off the nodes."""

    key: LabelKey
    """Key of the taint."""

    value: LabelValue = ""
    """Value of the taint."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """What happens to pods that do not tolerate it."""
