"""`platform.vertical_pod_autoscaler`."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings


class VerticalPodAutoscalerSettings(AddonSettings):
    """The Vertical Pod Autoscaler, which adjusts requests to the usage of pods."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas of the recommender, the updater and the admission controller each."""
