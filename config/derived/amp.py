"""Where metrics go with `platform.monitoring.amp`, and what the environment creates for it."""

from typing import Final

from config.environment import Environment

WORKSPACE_ARN: Final = "amp_workspace_arn"
ENDPOINT: Final = "amp_endpoint"
"""Outputs of the network stack: the created workspace, and its address, which ends in a slash."""


def writes(environment: Environment) -> bool:
    """Whether Prometheus writes to a workspace."""
    monitoring = environment.platform.monitoring
    return monitoring.enabled and monitoring.amp.enabled


def creates_workspace(environment: Environment) -> bool:
    """Whether the network stack creates the workspace."""
    return writes(environment) and environment.platform.monitoring.amp.workspace is None


def has_data_source(environment: Environment) -> bool:
    """Whether Grafana queries the workspace."""
    return writes(environment) and environment.platform.monitoring.amp.data_source.enabled


def region(environment: Environment) -> str:
    """The region of the workspace."""
    given = environment.platform.monitoring.amp.workspace or ""
    return given.split(":")[3] if given.startswith("arn:") else environment.region


def account(environment: Environment) -> str:
    """The account of the workspace."""
    given = environment.platform.monitoring.amp.workspace or ""
    return given.split(":")[4] if given.startswith("arn:") else environment.account


def writes_in_region(environment: Environment) -> bool:
    """Whether Prometheus writes to a workspace in the environment's region."""
    return writes(environment) and region(environment) == environment.region


def given_arn(environment: Environment) -> str | None:
    """The ARN of the workspace that exists; None where the network stack creates one."""
    given = environment.platform.monitoring.amp.workspace
    if given is None or given.startswith("arn:"):
        return given
    place = f"{environment.region}:{environment.account}"
    return f"arn:{environment.partition}:aps:{place}:workspace/{given}"


def label(environment: Environment) -> str:
    """The value of the label `cluster`, by which the workspace knows replicas of one Prometheus."""
    labels = environment.platform.monitoring.prometheus.labels
    return labels.get("cluster", environment.cluster_name)
