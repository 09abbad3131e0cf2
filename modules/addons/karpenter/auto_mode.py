"""The node pools of EKS Auto Mode, and what else the platform needs before its first pod (L9).

Its kinds come with the cluster. So the pools are a release of their own, before all others and
before the EKS add-ons with pods: without them the cluster has no node. On destroy they go last.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html,
https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html,
https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_kubernetes.config_map_v1 import ConfigMapV1, ConfigMapV1Metadata
from constructs import Construct

from config.addons.karpenter import NodeClass
from config.derived import names
from config.derived.ip_plan import plan
from config.derived.node_pools import node_pools
from config.environment import Environment
from modules.addons.karpenter.resources import (
    AUTO_GROUP,
    auto_class_name,
    node_pool,
    private_subnets,
    reservation_term,
)
from modules.cluster.addons import Addons
from modules.helm.contract import Context, Helm, Manifest
from modules.helm.helm_release import objects_release
from modules.helm.manifests import manifest
from modules.identity.remote_cluster import remote_identity
from modules.identity.volume_key import volume_key_arn
from modules.network.subnets import pod_tags
from modules.remote_state import RemoteOutputs

NAMESPACE: Final = "kube-system"

NODES: Final = Helm(timeout_seconds=1800)
"""On destroy Helm waits until the last node is gone, as long as its pods take to terminate."""


def auto_mode_nodes(
    scope: Construct, environment: Environment, outputs: RemoteOutputs, chart: str
) -> Sequence[ITerraformDependable]:
    """Makes node pools and node classes, and then the EKS add-ons with pods.

    Args:
        chart: path of our chart of custom resources.

    Returns:
        What all releases must depend on.
    """
    policies = ConfigMapV1(
        scope,
        "auto_mode_network_policies",
        metadata=ConfigMapV1Metadata(name="amazon-vpc-cni", namespace=NAMESPACE),
        data={"enable-network-policy-controller": "true"},
    )
    pools = objects_release(
        scope,
        name="auto-mode-nodes",
        namespace=NAMESPACE,
        chart=chart,
        objects=auto_mode_objects(environment),
        resolve=outputs.get,
        helm=NODES,
        depends_on=[policies],
    )
    addons = Addons(scope, environment, remote_identity(environment, outputs))
    return [pools, *addons.make("after_nodes", [pools])]


def auto_mode_objects(environment: Environment) -> list[Manifest]:
    """NodeClasses and NodePools, with references."""
    context = Context(environment, NAMESPACE)
    classes = environment.platform.karpenter.classes
    return [
        *(_node_class(context, *item) for item in sorted(classes.items())),
        *(node_pool(environment, *item) for item in sorted(node_pools(environment).items())),
    ]


def _node_class(context: Context, name: str, settings: NodeClass) -> Manifest:
    environment = context.environment
    groups = [{"id": context.cluster("node_security_group_id")}]
    spec: dict[str, Any] = {
        "role": names.node_role(environment),
        "subnetSelectorTerms": private_subnets(environment),
        "securityGroupSelectorTerms": groups,
        "networkPolicy": "DefaultAllow",
        "ephemeralStorage": _volume(context, settings),
        "tags": {**names.default_tags(environment), **settings.tags},
    }
    pods = _pod_subnets(environment)
    if pods:
        spec |= {"podSubnetSelectorTerms": pods, "podSecurityGroupSelectorTerms": groups}
    if settings.capacity_reservations:
        spec["capacityReservationSelectorTerms"] = [
            reservation_term(each) for each in settings.capacity_reservations
        ]
    return manifest(f"{AUTO_GROUP}/v1", "NodeClass", auto_class_name(name), spec)


def _volume(context: Context, settings: NodeClass) -> Mapping[str, Any]:
    key = settings.volume_kms_key or volume_key_arn(context.environment, context.cluster)
    optional = {
        "iops": settings.volume_iops,
        "throughput": settings.volume_throughput,
        "kmsKeyID": key,
    }
    written = {name: value for name, value in optional.items() if value is not None}
    return {"size": f"{settings.volume_gib}Gi", **written}


def _pod_subnets(environment: Environment) -> list[dict[str, Any]]:
    """The subnets of pods by their tags, or by their ids in an existing VPC; none without any."""
    if environment.network.existing is None:
        return [{"tags": pod_tags(environment)}]
    return [{"id": subnet.id} for subnet in plan(environment.network).tier("pods").values()]
