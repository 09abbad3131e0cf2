"""Finds and removes resources that Terraform no longer knows."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from config.derived.names import control_plane_log_group
from runner.backend.location import Location
from runner.backend.remote_state import OrphanedState, orphaned_states
from runner.manifest import Stack


def remove_control_plane_logs(stack: Stack, location: Location) -> list[str]:
    """Deletes the log groups that EKS recreated after a stack was destroyed; returns their names.

    EKS writes its last log lines when the cluster is deleted, and recreates the log group that
    Terraform has just deleted. The next apply would fail with `ResourceAlreadyExistsException`.

    Raises:
        ClientError: AWS rejected a call.

    Source: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2763
    """
    eks, logs = location.client("eks"), location.client("logs")
    groups = [control_plane_log_group(name) for name in clusters(stack) if not _exists(eks, name)]
    left = [group for group in groups if group in _log_groups(logs, group)]
    for group in left:
        logs.delete_log_group(logGroupName=group)
    return left


def clusters(stack: Stack) -> list[str]:
    """Names of the EKS clusters of a stack."""
    made = stack.document.get("resource", {}).get("aws_eks_cluster", {})
    return [cluster["name"] for cluster in made.values()]


def orphaned_states_notice(stacks: Sequence[Stack], location: Location) -> str | None:
    """Lists the states that no stack of the configuration uses; None if there are none.

    Raises:
        ClientError: AWS rejected a call.
    """
    orphaned = orphaned_states(location, [stack.backend["key"] for stack in stacks])
    if not orphaned:
        return None
    listing = "\n".join(f"  {state}" for state in orphaned)
    return (
        f"No stack of {location.environment} uses these states any more:\n{listing}\n"
        f"{removal_hint(orphaned, location)}"
    )


def removal_hint(states: Sequence[OrphanedState], location: Location) -> str:
    """How to remove states that no stack of the configuration uses."""
    commands = " and ".join(
        f"`python -m runner destroy {location.environment} {state.stack}`" for state in states
    )
    return (
        "Their resources still exist and cost money. Restore the settings that created them in "
        f"the file, run {commands}, and remove the settings again."
    )


def _exists(eks: Any, cluster: str) -> bool:
    try:
        eks.describe_cluster(name=cluster)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    return True


def _log_groups(logs: Any, prefix: str) -> Iterator[str]:
    for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
        for group in page["logGroups"]:
            yield group["logGroupName"]
