"""Log groups that are written after a cluster was deleted, or by agents in it."""

from collections.abc import Iterator
from typing import Final

from config.derived.names import control_plane_log_group
from runner.destroy.leftover import Leftover, LeftoverKind, pages
from runner.destroy.target import Target


def _log_groups(target: Target) -> Iterator[Leftover]:
    """The control plane's group, and those of Container Insights; none while the cluster exists.

    EKS writes its last log lines when the cluster is deleted, and recreates the log group that
    Terraform has just deleted. The next apply would fail with `ResourceAlreadyExistsException`.

    Source: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2763
    """
    if target.exists():
        return
    logs = target.client("logs")
    own = control_plane_log_group(target.name)
    for prefix in (own, f"/aws/containerinsights/{target.name}/"):
        for group in pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=prefix):
            if group["logGroupName"] == own or prefix != own:
                yield Leftover(group["logGroupName"])


def _delete(target: Target, group: Leftover) -> None:
    target.client("logs").delete_log_group(logGroupName=group.id)


LOG_GROUPS: Final = LeftoverKind("log group", _log_groups, _delete)
