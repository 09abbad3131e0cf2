"""The `cluster.access` section: EKS access entries."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from config.problem import Path
from config.settings import Settings
from config.types.aws import PrincipalArn
from config.types.kubernetes import GroupName, Namespace

PolicyName = Literal["cluster_admin", "admin", "edit", "view"]


class AccessPolicy(Settings):
    """An EKS access policy and its scope."""

    policy: PolicyName
    """EKS access policy: `cluster_admin` allows everything in the whole cluster, the others what
    the Kubernetes roles of these names allow."""

    namespaces: Annotated[list[Namespace], Field(max_length=100)] = []
    """Namespaces that `admin`, `edit` or `view` is limited to."""

    all_namespaces: bool = False
    """Apply `admin`, `edit` or `view` to all namespaces, instead of `namespaces`."""


class Access(Settings):
    """Access entry of an IAM role or user.

    The environment's `admins` always have one with the policy `cluster_admin`.
    """

    principal: PrincipalArn
    """The IAM role or user."""

    policy: PolicyName | None = None
    """EKS access policy: `cluster_admin` allows everything in the whole cluster, the others what
    the Kubernetes roles of these names allow. Default: none, only `policies` and `groups` apply."""

    namespaces: Annotated[list[Namespace], Field(max_length=100)] = []
    """Namespaces that `admin`, `edit` or `view` is limited to."""

    all_namespaces: bool = False
    """Apply `admin`, `edit` or `view` to all namespaces, instead of `namespaces`."""

    policies: Annotated[list[AccessPolicy], Field(max_length=4)] = []
    """Additional access policies, for example `view` everywhere and `admin` in one namespace."""

    groups: Annotated[list[GroupName], Field(max_length=50)] = []
    """Kubernetes groups of the principal, for use in role bindings."""

    def grants(self) -> Iterator[tuple[Path, AccessPolicy]]:
        """All access policies, each with its path relative to the entry."""
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
