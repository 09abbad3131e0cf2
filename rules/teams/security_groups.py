"""Rules of `teams.<team>.namespaces.<namespace>.security_groups`."""

from collections.abc import Iterator, Mapping
from typing import Final

from config.derived import machines, pool_types
from config.environment import Environment
from config.problem import Path, Problem
from config.sections.teams import PodSecurityGroups
from rules.duplicates import repeated
from rules.registration import rule

SWITCH: Final = "cluster.addons.vpc-cni.values.env.ENABLE_POD_ENI"

ADDONS: Final = ("cluster", "addons", "vpc-cni")


@rule("teams")
def security_groups_of_pods_are_named_once(environment: Environment) -> Iterator[Problem]:
    """A security group appears once in an entry."""
    for path, entries in _namespaces(environment):
        for name, pods in entries.items():
            yield from repeated((*path, name, "groups"), pods.groups)


@rule("cluster", "platform", "teams")
def security_groups_of_pods_have_trunk_interfaces(environment: Environment) -> Iterator[Problem]:
    """Pods with security groups need nodes with a trunk interface, and the VPC CNI to make it.

    https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
    """
    for path, entries in _namespaces(environment):
        if not entries:
            continue
        if not environment.cluster.pod_security_groups:
            yield Problem(path, f'have no effect with {SWITCH}: "false"', involved=(ADDONS,))
        elif not any(map(machines.has_trunk, _types(environment))):
            families = ", ".join(sorted(machines.WITHOUT_TRUNK))
            message = (
                "need nodes with a trunk interface, and no instance type of cluster.node_groups or "
                "of Karpenter's pools has one"
            )
            allowed = f"a type on Nitro of another family than {families}, for example m7g.large"
            yield Problem(path, message, allowed=allowed)


def _namespaces(
    environment: Environment,
) -> Iterator[tuple[Path, Mapping[str, PodSecurityGroups]]]:
    for team, settings in environment.teams.items():
        for name, namespace in settings.namespaces.items():
            path = ("teams", team, "namespaces", name, "security_groups")
            yield path, namespace.security_groups


def _types(environment: Environment) -> Iterator[str]:
    """Types of the nodes that teams' pods run on; the system nodes are tainted."""
    for group in environment.cluster.node_groups.values():
        if group.max_size:
            yield from group.instance_types
    if environment.cluster.autoscaler == "karpenter":
        for pool in environment.platform.karpenter.pools.values():
            yield from pool_types.candidate_names(pool)
