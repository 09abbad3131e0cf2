"""Role bindings of groups of access entries, in a team's namespaces and cluster-wide."""

from typing import Final

from cdktf_cdktf_provider_kubernetes.cluster_role_binding_v1 import (
    ClusterRoleBindingV1,
    ClusterRoleBindingV1Metadata,
    ClusterRoleBindingV1RoleRef,
    ClusterRoleBindingV1Subject,
)
from cdktf_cdktf_provider_kubernetes.role_binding_v1 import (
    RoleBindingV1,
    RoleBindingV1Metadata,
    RoleBindingV1RoleRef,
    RoleBindingV1Subject,
)
from constructs import Construct

from config.environment import Environment
from config.sections.teams import Team, team_groups
from modules.namespaces.namespace_ref import NamespaceRef

API_GROUP: Final = "rbac.authorization.k8s.io"


def role_bindings(scope: Construct, namespace_ref: NamespaceRef, name: str, team: Team) -> None:
    """Binds a team's groups to their roles in one of its namespaces (D2)."""
    for role, groups in team_groups(name, team).items():
        RoleBindingV1(
            scope,
            namespace_ref.id(f"{role}_binding"),
            metadata=RoleBindingV1Metadata(name=role, namespace=namespace_ref.name),
            role_ref=RoleBindingV1RoleRef(api_group=API_GROUP, kind="ClusterRole", name=role),
            subject=[
                RoleBindingV1Subject(api_group=API_GROUP, kind="Group", name=group)
                for group in groups
            ],
        )


def cluster_role_bindings(scope: Construct, environment: Environment) -> None:
    """Binds groups to their cluster-wide roles (D1)."""
    roles = environment.cluster_roles
    named = {
        "cluster-admin": roles.cluster_admin,
        "admin": roles.admin,
        "edit": roles.edit,
        "view": roles.view,
    }
    for role, groups in named.items():
        if groups:
            ClusterRoleBindingV1(
                scope,
                f"cluster_binding_{role.replace('-', '_')}",
                # Kubernetes has default bindings with the names of roles.
                metadata=ClusterRoleBindingV1Metadata(name=f"platform:{role}"),
                role_ref=ClusterRoleBindingV1RoleRef(
                    api_group=API_GROUP, kind="ClusterRole", name=role
                ),
                subject=[
                    ClusterRoleBindingV1Subject(api_group=API_GROUP, kind="Group", name=group)
                    for group in groups
                ],
            )
