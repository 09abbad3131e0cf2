"""`platform.charts`: mirrors of charts and images."""

from typing import Annotated

from pydantic import StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.charts import ChartRepository

ImageRegistry = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$"),
    Form("the host of a container registry, with a path or without, for example registry.example"),
]


ChartFolder = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$"),
    Form("a folder below the project, for example environments/charts"),
]


class ChartsSettings(Settings):
    """Mirrors of charts and container images."""

    folder: ChartFolder | None = None
    """Folder below the project with an archive of every chart, which `make fetch-charts` writes.
    The archives become part of the output, so that plan, apply and destroy need no chart
    repository. Default: charts come from their repositories."""

    mirror: ChartRepository | None = None
    """Repository with a copy of every chart, with the same names and versions, for environments
    without internet access. Default: the repository of each project."""

    image_registry: ImageRegistry | None = None
    """Registry with a copy of every image under the same path, for example
    `<registry>/jetstack/cert-manager-controller`, for clusters without internet access. It may
    be the common prefix of `registry.caches` (docs/registry.md). Default: the registry of each
    project."""
