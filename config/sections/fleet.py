"""The `fleet` section: a hub whose Argo CD manages the clusters of several environments."""

from typing import Annotated

from pydantic import Field

from config.settings import Settings
from config.types.aws import EnvironmentName
from config.types.git import RepositoryPath, RepositoryUrl
from config.types.kubernetes import LabelKey, LabelValue, ObjectName


class FleetApplication(Settings):
    """A folder that the hub deploys to the clusters of the fleet, to the primary ones last."""

    repository: RepositoryUrl
    """Address of the Git repository."""

    path: RepositoryPath = "."
    """Path of the folder. Its objects name their namespaces."""

    revision: Annotated[str, Field(min_length=1, max_length=250)] = "HEAD"
    """Branch, tag or commit."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels that a cluster must have. Default: all clusters of the fleet."""


class Fleet(Settings):
    """Clusters that one Argo CD manages."""

    hub: EnvironmentName | None = None
    """Where the Argo CD is that manages this cluster: one of `regions`, or else an environment
    whose file is in the same folder."""

    spokes: list[EnvironmentName] = []
    """The environments that this one manages, whose files are in the same folder. With `regions`
    it manages those whose `fleet.hub` is its region."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of this cluster in Argo CD, besides `region`, `environment`, `fleet` and, with
    `regions`, `code`. `role` is `primary` for the region of `routing.primary`, and otherwise
    `standby`; a label of this name replaces it."""

    applications: dict[ObjectName, FleetApplication] = {}
    """What the hub deploys to the clusters of the fleet, by name."""
