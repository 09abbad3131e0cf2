"""`platform.cluster_autoscaler`."""

from typing import Annotated, Literal

from pydantic import Field

from config.addon_settings import AddonSettings


class ClusterAutoscalerSettings(AddonSettings):
    """Cluster Autoscaler, which scales node groups, if `cluster.autoscaler` selects it."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Number of replicas; one is the leader, the others are on standby."""

    expander: Literal["least-waste", "most-pods", "random"] = "least-waste"
    """How it selects among suitable node groups."""

    unneeded_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    """Minutes that a node must be unneeded before it is removed."""
