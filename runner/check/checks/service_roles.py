"""Service-linked roles that AWS does not make when they are first needed."""

from collections.abc import Iterator
from typing import Any, Final

from runner.check.context import CheckContext
from runner.check.finding import Finding

_SPOT: Final = ("AWSServiceRoleForEC2Spot", "spot.amazonaws.com")
_AUTO_SCALING: Final = ("AWSServiceRoleForAutoScaling", "autoscaling.amazonaws.com")

_MAKE: Final = "`aws iam create-service-linked-role --aws-service-name {}`"


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks for the role of EC2 Spot, and for that of Auto Scaling where a key has to name it."""
    spot = list(_spot_users(context))
    keys = [
        template
        for template in context.needs.of("aws_launch_template")
        if "kms_key_id" in str(template.attributes.get("block_device_mappings"))
    ]
    if not (spot or keys):
        return
    paths = {role["Path"] for role in context.aws.pages("iam", "list_roles", "Roles")}
    if spot:
        yield _role(_SPOT, paths, spot, f"{_MAKE.format(_SPOT[1])}.")
    if keys:
        names = [f"the encrypted volumes of {each.name}" for each in keys]
        action = f"{_MAKE.format(_AUTO_SCALING[1])}, and let the policy of the key name this role."
        yield _role(_AUTO_SCALING, paths, [(name, True) for name in names], action)


def _role(
    role: tuple[str, str], paths: set[str], users: list[tuple[str, bool]], action: str
) -> Finding:
    name, service = role
    who = ", ".join(user for user, _ in users)
    if f"/aws-service-role/{service}/" in paths:
        return Finding("ok", name, "exists", f"for {who}")
    # A pool with both options goes on with on-demand instances.
    # https://github.com/aws/karpenter-provider-aws/pull/7998
    status = "error" if any(only for _, only in users) else "warning"
    return Finding(status, name, "does not exist", f"for {who}", action)


def _spot_users(context: CheckContext) -> Iterator[tuple[str, bool]]:
    """What uses spot instances, and whether it uses nothing else."""
    for group in context.needs.of("aws_eks_node_group"):
        if group.attributes.get("capacity_type") == "SPOT":
            yield f"node group {group.name.removeprefix('node_group_')}", True
    for pool in context.needs.custom_resources("NodePool"):
        options = capacity_types(pool)
        if "spot" in options:
            yield f"NodePool {pool['metadata']['name']}", options == ["spot"]


def capacity_types(pool: dict[str, Any]) -> list[str]:
    """The purchase options of a NodePool."""
    for requirement in pool["spec"]["template"]["spec"]["requirements"]:
        if requirement["key"] == "karpenter.sh/capacity-type":
            return requirement["values"]
    return ["on-demand"]
