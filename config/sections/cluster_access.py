"""Who may do what in the cluster: the `cluster.access` entries."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from config.problem import Path
from config.settings import Settings
from config.types.aws import PrincipalArn
from config.types.kubernetes import GroupName, Namespace

PolicyName = Literal["cluster_admin", "admin", "edit", "view"]


class AccessPolicy(Settings):
    """An EKS access policy and where it holds."""

    policy: PolicyName
    """EKS access policy: `cluster_admin` may do everything in the whole cluster, the others what
    the Kubernetes roles of these names allow."""

    namespaces: Annotated[list[Namespace], Field(max_length=100)] = []
    """Namespaces that admin, edit and view are limited to."""

    all_namespaces: bool = False
    """Let admin, edit or view reach every namespace, instead of naming some."""


class Access(Settings):
    """What one IAM role or user may do in the cluster.

    The environment's `admins` are cluster administrators already.
    """

    principal: PrincipalArn
    """The IAM role or user."""

    policy: PolicyName | None = None
    """EKS access policy: `cluster_admin` may do everything in the whole cluster, the others what
    the Kubernetes roles of these names allow. Default: none, only `policies` and `groups` count."""

    namespaces: Annotated[list[Namespace], Field(max_length=100)] = []
    """Namespaces that admin, edit and view are limited to."""

    all_namespaces: bool = False
    """Let admin, edit or view reach every namespace, instead of naming some."""

    policies: Annotated[list[AccessPolicy], Field(max_length=4)] = []
    """Further access policies, for example `view` everywhere beside `admin` in one namespace."""

    groups: Annotated[list[GroupName], Field(max_length=50)] = []
    """Kubernetes groups that the principal belongs to, for role bindings of one's own."""

    def grants(self) -> Iterator[tuple[Path, AccessPolicy]]:
        """All access policies, with the paths of their settings below the entry's own."""
        if self.policy is not None:
            yield (
                (),
                AccessPolicy(
                    policy=self.policy,
                    namespaces=self.namespaces,
                    all_namespaces=self.all_namespaces,
                ),
            )
        for index, grant in enumerate(self.policies):
            yield ("policies", index), grant
