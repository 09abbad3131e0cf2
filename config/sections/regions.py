"""The `regions` section: one platform in several regions, each an environment of its own."""

from typing import Annotated, Any

from pydantic import StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.aws import EnvironmentName

RegionCode = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]{1,7}$"),
    Form("2 to 8 lower-case letters and digits, beginning with a letter, for example euw1"),
]


class RegionSettings(Settings):
    """One region of a platform: a whole environment, with its own state bucket and stacks."""

    code: RegionCode
    """A short name of the region: the end of the environment's name."""

    name: EnvironmentName | None = None
    """Name of the region's environment, if it exists already under another one.
    Default: `<name>-<code>`."""

    routed: bool = True
    """Requests are led to this region, with `routing`. Apply `false` before you destroy its stacks,
    and remove the region afterwards."""

    settings: dict[str, Any] = {}
    """Settings that differ in this region, merged over those of the file as `extends` merges."""
