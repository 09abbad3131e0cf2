"""`platform.charts`: mirrors of charts and images."""

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
    """Mirrors of charts and container images."""

    mirror: ChartMirror | None = None
    """Repository with a copy of every chart, with the same names and versions, for environments
    without internet access. Default: the repository of each project."""

    image_registry: ImageRegistry | None = None
    """Registry with a copy of every image under the same path, for example
    `<registry>/jetstack/cert-manager-controller`, for clusters without internet access. Default:
    the registry of each project."""
