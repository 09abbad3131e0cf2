"""What is left behind where Terraform cannot know of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from config.derived.names import control_plane_log_group
from runner.backend.location import Location
from runner.backend.remote_state import StrayState, stray_states
from runner.manifest import Stack


def remove_control_plane_logs(stack: Stack, location: Location) -> list[str]:
    """Deletes the log groups that EKS made again after its clusters and their logs were gone.

    EKS writes its last lines when the cluster is deleted, and makes the log group for them where
    Terraform has just deleted it. The next apply would end with `ResourceAlreadyExistsException`.

    Args:
        stack: a stack that was destroyed.
        location: account and clients.

    Returns:
        The names of the groups.

    Raises:
        ClientError: AWS refuses a call.

    Source: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2763
    """
    eks, logs = location.client("eks"), location.client("logs")
    groups = [control_plane_log_group(name) for name in clusters(stack) if not _exists(eks, name)]
    left = [group for group in groups if group in _log_groups(logs, group)]
    for group in left:
        logs.delete_log_group(logGroupName=group)
    return left


def clusters(stack: Stack) -> list[str]:
    """Names of the EKS clusters that a stack makes."""
    made = stack.document.get("resource", {}).get("aws_eks_cluster", {})
    return [cluster["name"] for cluster in made.values()]


def about_stray_states(stacks: Sequence[Stack], location: Location) -> str | None:
    """Says which states in the bucket no stack of the configuration has, and what to do.

    Args:
        stacks: all stacks of the environment.
        location: the state backend.

    Returns:
        The text; None where there are none.

    Raises:
        ClientError: AWS refuses a call.
    """
    left = stray_states(location, [stack.backend["key"] for stack in stacks])
    if not left:
        return None
    listing = "\n".join(f"  {state}" for state in left)
    return (
        f"No stack of {location.environment} has these states any more:\n{listing}\n"
        f"{how_to_end(left, location)}"
    )


def how_to_end(states: Sequence[StrayState], location: Location) -> str:
    """What to do about states that no stack of the configuration has.

    Args:
        states: the states.
        location: the state backend.
    """
    commands = " and ".join(
        f"`python -m runner destroy {location.environment} {state.stack}`" for state in states
    )
    return (
        "What they list is still there and costs money. Put the settings that made it back into "
        f"the file, run {commands}, and take the settings out again."
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
