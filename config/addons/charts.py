"""`platform.charts`: where charts and images come from."""

from typing import Annotated

from pydantic import StringConstraints

from config.reading.form import Form
from config.settings import Settings

ChartMirror = Annotated[
    str,
    StringConstraints(pattern=r"^(oci|https)://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]+)*$"),
    Form("oci:// or https:// and the address of a chart repository, without a slash at the end"),
]


ImageRegistry = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$"),
    Form("the host of a container registry, with a path or without, for example registry.example"),
]


class ChartsSettings(Settings):
    """Where charts and images come from."""

    mirror: ChartMirror | None = None
    """Repository that has a copy of every chart, for clusters without a way to the internet.
    Charts keep their names and versions. Default: the repository of each project."""

    image_registry: ImageRegistry | None = None
    """Registry that has a copy of every image under its own path, for example
    `<registry>/jetstack/cert-manager-controller`. Default: the registry of each project."""
