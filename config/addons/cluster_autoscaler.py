"""`platform.cluster_autoscaler`."""

from typing import Annotated, Literal

from pydantic import Field

from config.addon_settings import AddonSettings


class ClusterAutoscalerSettings(AddonSettings):
    """Cluster Autoscaler, which changes the sizes of node groups (`cluster.autoscaler`)."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas; one works, the others wait."""

    expander: Literal["least-waste", "most-pods", "random"] = "least-waste"
    """How it chooses among node groups that would do."""

    unneeded_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    """Minutes that a node has to be idle before it is taken away."""
