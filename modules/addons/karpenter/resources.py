"""NodePools and EC2NodeClasses from configuration (C10, E3).

Source: the CRDs of chart karpenter-crd 1.14.1, and https://karpenter.sh/docs/concepts/
"""

from typing import Any, Final

from config import versions
from config.addons.karpenter import (
    DEFAULT,
    Budget,
    CapacityReservation,
    Limits,
    NodeClass,
    NodePool,
    Requirement,
)
from config.derived import names
from config.derived.ip_plan import plan
from config.derived.node_pools import AUTO_DEFAULT_CLASS
from config.environment import Environment
from config.types.taint import Taint
from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest
from modules.identity.volume_key import volume_key_arn
from modules.karpenter.names import KarpenterNames
from modules.nodes import GPU, with_startup_taint

GROUP: Final = "karpenter.k8s.aws"

AUTO_GROUP: Final = "eks.amazonaws.com"
"""The group of node classes, and of labels of nodes, in EKS Auto Mode."""

AUTO_DRAIN: Final = "24h"
"""EKS's default; a node of Auto Mode is gone 21 days after its start, whatever it waits for.
https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html"""

DISCOVERY_TAG: Final = "karpenter.sh/discovery"
"""Tag of the private subnets that the network stack makes, with the cluster's name."""

DATA_DEVICE: Final = {"al2023": "/dev/xvda", "bottlerocket": "/dev/xvdb"}
"""The volume of images and containers; Bottlerocket's first volume is the system's."""


def ami_alias(environment: Environment, node_class: NodeClass) -> str:
    """The pinned AMI alias of a node class, for example `al2023@v20260801`."""
    version = node_class.ami_version
    if version is None:
        release = versions.ami(node_class.ami, environment.cluster.version)
        # Amazon Linux: the date is last (1.35.6-20260801); Bottlerocket: the version is first
        # (1.58.0-c5c37032).
        first, _, last = release.partition("-")
        version = f"v{last if node_class.ami == 'al2023' else first}"
    return f"{node_class.ami}@{version}"


def node_class(context: Context, name: str, settings: NodeClass) -> Manifest:
    """An EC2NodeClass."""
    environment = context.environment
    key = settings.volume_kms_key or volume_key_arn(environment, context.cluster)
    spec: dict[str, Any] = {
        "amiSelectorTerms": [{"alias": ami_alias(environment, settings)}],
        **_identity(environment),
        "subnetSelectorTerms": private_subnets(environment),
        "securityGroupSelectorTerms": [{"id": context.cluster("node_security_group_id")}],
        "blockDeviceMappings": [
            {"deviceName": DATA_DEVICE[settings.ami], "ebs": _volume(settings, key)}
        ],
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpProtocolIPv6": "disabled",
            "httpPutResponseHopLimit": settings.metadata_hop_limit,
            "httpTokens": "required",
        },
        "detailedMonitoring": settings.detailed_monitoring,
        "kubelet": {"maxPods": settings.max_pods},
        "tags": {**names.default_tags(environment), **settings.tags},
    }
    if settings.instance_store_policy is not None:
        spec["instanceStorePolicy"] = settings.instance_store_policy
    if settings.capacity_reservations:
        spec["capacityReservationSelectorTerms"] = [
            reservation_term(reservation) for reservation in settings.capacity_reservations
        ]
    return manifest(f"{GROUP}/v1", "EC2NodeClass", name, spec)


def private_subnets(environment: Environment) -> list[dict[str, Any]]:
    """The private subnets by their tag, or those of an existing VPC, without tags, by their ids."""
    if environment.network.existing is None:
        return [{"tags": {DISCOVERY_TAG: environment.cluster_name}}]
    private = plan(environment.network).tier("private")
    return [{"id": subnet.id} for subnet in private.values()]


def _identity(environment: Environment) -> dict[str, str]:
    """The role, for which Karpenter makes an instance profile, or the cluster stack's profile.

    Source: https://karpenter.sh/docs/concepts/nodeclasses/#specinstanceprofile
    """
    names_ = KarpenterNames.of(environment, environment.cluster_name)
    if names_.reaches_iam:
        return {"role": names_.node_role}
    return {"instanceProfile": names_.instance_profile}


def node_pool(environment: Environment, name: str, pool: NodePool) -> Manifest:
    """A NodePool."""
    template: dict[str, Any] = {
        "nodeClassRef": node_class_ref(environment, pool),
        "requirements": requirements(environment, pool),
        "expireAfter": pool.expire_after,
    }
    if pool.taints:
        template["taints"] = [_taint(taint) for taint in pool.taints]
    startup = with_startup_taint(environment, pool.startup_taints)
    if startup:
        template["startupTaints"] = [_taint(taint) for taint in startup]
    drain = pool.termination_grace_period
    if drain is None and environment.cluster.auto_mode:
        drain = AUTO_DRAIN
    if drain is not None:
        template["terminationGracePeriod"] = drain
    spec: dict[str, Any] = {
        "template": {"metadata": {"labels": dict(pool.labels)}, "spec": template},
        "limits": _limits(pool.limits),
        "disruption": {
            "consolidationPolicy": pool.consolidation_policy,
            "consolidateAfter": pool.consolidate_after,
            "budgets": [*(_budget(budget) for budget in pool.budgets), *_upgrade(environment)],
        },
    }
    if pool.weight is not None:
        spec["weight"] = pool.weight
    return manifest("karpenter.sh/v1", "NodePool", name, spec)


def node_class_ref(environment: Environment, pool: NodePool) -> dict[str, str]:
    """The node class of a pool: Karpenter's, or one of EKS Auto Mode."""
    if environment.cluster.auto_mode:
        name = auto_class_name(pool.node_class)
        return {"group": AUTO_GROUP, "kind": "NodeClass", "name": name}
    return {"group": GROUP, "kind": "EC2NodeClass", "name": pool.node_class}


def auto_class_name(name: str) -> str:
    """The name of a node class in EKS Auto Mode, where `default` is the name of EKS's own."""
    return AUTO_DEFAULT_CLASS if name == DEFAULT else name


def _limits(limits: Limits) -> dict[str, str]:
    made = {"cpu": limits.cpu, "memory": limits.memory}
    if limits.gpus is not None:
        made[GPU] = str(limits.gpus)
    return made


def requirements(environment: Environment, pool: NodePool) -> list[dict[str, Any]]:
    """The requirements of a node pool."""
    group = AUTO_GROUP if environment.cluster.auto_mode else GROUP
    zones = [f"{environment.region}{zone}" for zone in sorted(pool.zones)]
    choices: dict[str, list[str]] = {
        "kubernetes.io/os": ["linux"],
        "kubernetes.io/arch": list(pool.architectures),
        "karpenter.sh/capacity-type": list(pool.capacity_types),
        "topology.kubernetes.io/zone": zones,
    }
    if pool.instance_types:
        choices["node.kubernetes.io/instance-type"] = list(pool.instance_types)
    else:
        choices[f"{group}/instance-category"] = list(pool.instance_categories)
        choices[f"{group}/instance-family"] = list(pool.instance_families)
        choices[f"{group}/instance-size"] = list(pool.instance_sizes)
    made = [
        {"key": key, "operator": "In", "values": values}
        for key, values in choices.items()
        if values
    ]
    generation = pool.instance_generation_above
    if generation is not None and not pool.instance_types:
        key = f"{group}/instance-generation"
        made.append({"key": key, "operator": "Gt", "values": [str(generation)]})
    return [*made, *(_requirement(requirement) for requirement in pool.requirements)]


def _requirement(requirement: Requirement) -> dict[str, Any]:
    made: dict[str, Any] = {"key": requirement.key, "operator": requirement.operator}
    if requirement.values:
        made["values"] = list(requirement.values)
    if requirement.min_values is not None:
        made["minValues"] = requirement.min_values
    return made


def _upgrade(environment: Environment) -> list[dict[str, Any]]:
    """Keeps nodes of the former minor, which drift as soon as the control plane is upgraded.

    Source: https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets
    """
    if environment.cluster.upgrade.nodes == "together":
        return []
    return [{"nodes": "0", "reasons": ["Drifted"]}]


def _budget(budget: Budget) -> dict[str, Any]:
    made: dict[str, Any] = {"nodes": budget.nodes}
    if budget.schedule is not None:
        made |= {"schedule": budget.schedule, "duration": budget.duration}
    if budget.reasons:
        made["reasons"] = list(budget.reasons)
    return made


def _taint(taint: Taint) -> dict[str, str]:
    value = {"value": taint.value} if taint.value else {}
    return {"key": taint.key, "effect": taint.effect, **value}


def _volume(settings: NodeClass, key: str | None) -> dict[str, Any]:
    optional = {
        "iops": settings.volume_iops,
        "throughput": settings.volume_throughput,
        "kmsKeyID": key,
    }
    return {
        "volumeSize": f"{settings.volume_gib}Gi",
        "volumeType": "gp3",
        "encrypted": True,
        "deleteOnTermination": True,
        **{key: value for key, value in optional.items() if value is not None},
    }


def reservation_term(reservation: CapacityReservation) -> dict[str, Any]:
    """A capacity reservation, by its id or by tags."""
    return {"id": reservation.id} if reservation.id else {"tags": dict(reservation.tags)}
