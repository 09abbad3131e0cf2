"""The `identity` section: names, path and boundary of IAM roles, and roles made elsewhere."""

from typing import Annotated

from pydantic import StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.aws import PolicyArn, RoleArn, RolePath

ServiceAccountRoleName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*$"),
    Form("the name of an add-on with an AWS role, as `make roles` prints it"),
]


class GivenRoles(Settings):
    """IAM roles that others made. `make roles ENV=...` prints what each must hold."""

    cluster: RoleArn | None = None
    """ARN of the role of the control plane. A change replaces the cluster. Default: the cluster
    stack makes it."""

    nodes: RoleArn | None = None
    """ARN of the role of all nodes, those of managed node groups and Karpenter's. Default: the
    cluster stack makes two."""

    karpenter: RoleArn | None = None
    """ARN of the role of Karpenter's controller. Default: the cluster stack makes it."""

    addons: dict[ServiceAccountRoleName, RoleArn] = {}
    """ARNs of roles of EKS add-ons and add-ons, by their names, for example `vpc-cni` or
    `external-dns`. Default: the stack of the add-on makes its role."""

    def by_key(self) -> dict[str, str]:
        """The ARNs by their keys, with `addons.` before the name of an add-on."""
        own = {"cluster": self.cluster, "nodes": self.nodes, "karpenter": self.karpenter}
        return {key: arn for key, arn in own.items() if arn is not None} | {
            f"addons.{name}": arn for name, arn in self.addons.items()
        }


class Identity(Settings):
    """IAM roles and policies that the environment creates."""

    regional_names: bool = False
    """Have the region in the names of roles, policies, instance profiles and budgets, which all
    regions of an account share: for two environments or clusters of one name in two regions of an
    account. Set it before the first apply: a change replaces every role, and with its role the
    cluster."""

    path: RolePath | None = None
    """Path of roles, policies and instance profiles, up to 512 characters. Set it before the first
    apply: a change replaces every role, and with its role the cluster. Default: /."""

    permissions_boundary: PolicyArn | None = None
    """ARN of the policy that is the permissions boundary of every role. It must allow all that the
    roles need. A change is made in place. Default: roles have none."""

    roles: GivenRoles = GivenRoles()
    """Roles that others made."""
