"""Security groups of teams' pods, which the VPC resource controller of EKS gives them."""

from collections.abc import Iterator, Mapping
from typing import Final

from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1
from constructs import Construct

from config.environment import Environment
from modules.helm.contract import Manifest
from modules.helm.references import reference
from modules.namespaces.team_objects import team_objects
from modules.remote_state import RemoteOutputs

RELEASE: Final = "pod-security-groups"

NODES: Final = reference("cluster.node_security_group_id")


def pod_security_groups(
    scope: Construct,
    environment: Environment,
    chart: str,
    namespaces: Mapping[str, NamespaceV1],
    outputs: RemoteOutputs,
) -> list[str]:
    """Makes the SecurityGroupPolicies of all teams (C5). EKS installs their CRD.

    Returns:
        The address of their release; nothing where there are none.
    """
    objects = list(security_group_policies(environment))
    return team_objects(
        scope, RELEASE, "kube-system", chart, objects, namespaces, resolve=outputs.get
    )


def security_group_policies(environment: Environment) -> Iterator[Manifest]:
    """Source: https://docs.aws.amazon.com/eks/latest/userguide/sg-pods-example-deployment.html."""
    for team in environment.teams.values():
        for namespace, settings in team.namespaces.items():
            for name, pods in settings.security_groups.items():
                yield {
                    "apiVersion": "vpcresources.k8s.aws/v1beta1",
                    "kind": "SecurityGroupPolicy",
                    "metadata": {"name": name, "namespace": namespace},
                    "spec": {
                        "podSelector": {"matchLabels": pods.labels} if pods.labels else {},
                        "securityGroups": {"groupIds": [NODES, *pods.groups]},
                    },
                }
