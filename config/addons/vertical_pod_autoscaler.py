"""Autoscaling of pods and of node groups in the `platform` section."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings


class VerticalPodAutoscalerSettings(AddonSettings):
    """The Vertical Pod Autoscaler, which fits requests to what pods use."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas of recommender, updater and admission controller each."""
