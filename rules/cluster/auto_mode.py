"""Rules of EKS Auto Mode: settings of what it replaces, or does not support, are refused.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/auto-networking.html,
https://docs.aws.amazon.com/eks/latest/userguide/automode-learn-instances.html
"""

from collections.abc import Iterator, Mapping
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from config.settings import Settings
from modules.cluster.addon_catalog import EKS_ADDONS
from rules.registration import rule

COMPUTE: Final[Path] = ("cluster", "compute")

OF_CLUSTER: Final[Mapping[str, str]] = {
    "autoscaler": "EKS runs Karpenter",
    "kube_proxy_mode": "EKS runs kube-proxy",
    "node_groups": "its nodes need the VPC CNI, which Auto Mode does not share; "
    "platform.karpenter.node_pools has the pools",
    "node_parameters": "its nodes have no Session Manager",
    "node_ssh": "its nodes have no SSH",
    "system_nodes": "the platform's pods have the pool platform of platform.karpenter.node_pools",
}
"""Settings of the section `cluster`, and why they have no effect."""

KARPENTER: Final = "karpenter"
"""The value of `cluster.autoscaler` that fits Auto Mode."""

OF_KARPENTER: Final = ("enabled", "namespace", "values", "version")
"""Settings of Karpenter's chart."""

OF_NODE_CLASSES: Final = (
    "ami",
    "ami_version",
    "detailed_monitoring",
    "instance_store_policy",
    "max_pods",
    "metadata_hop_limit",
)
"""Settings that a NodeClass of Auto Mode does not have."""


@rule("cluster")
def auto_mode_replaces_nodes(environment: Environment) -> Iterator[Problem]:
    """With `compute: auto` there are no settings of nodes and add-ons that EKS runs itself."""
    cluster = environment.cluster
    if not cluster.auto_mode:
        return
    for key, reason in OF_CLUSTER.items():
        if key in cluster.model_fields_set and getattr(cluster, key) != KARPENTER:
            yield _without_effect(("cluster", key), reason)
    kept = {spec.name for spec in EKS_ADDONS if spec.in_auto_mode}
    for name in cluster.addons:
        if name not in kept:
            reason = "EKS does its work"
            yield _without_effect(("cluster", "addons", name), reason, ", ".join(sorted(kept)))


@rule("cluster", "platform")
def auto_mode_replaces_addons(environment: Environment) -> Iterator[Problem]:
    """With `compute: auto` there are no settings of the add-ons that EKS runs itself."""
    if not environment.cluster.auto_mode:
        return
    platform = environment.platform
    for key in sorted(platform.aws_load_balancer_controller.model_fields_set):
        path = ("platform", "aws_load_balancer_controller", key)
        yield _without_effect(path, "EKS registers pods and makes load balancers")
    for key in OF_KARPENTER:
        if key in platform.karpenter.model_fields_set:
            yield _without_effect(("platform", "karpenter", key), "EKS runs Karpenter")
    for name, settings in platform.karpenter.node_classes.items():
        for key in _written(settings, OF_NODE_CLASSES):
            path = ("platform", "karpenter", "node_classes", name, key)
            yield _without_effect(path, "EKS chooses it")
    for key, reason in {
        "cilium": "its nodes have the pod network of EKS only",
        "nvidia_device_plugin": "its nodes have a device plugin, which would be a second one",
    }.items():
        if platform.addon(key).enabled:
            path = ("platform", key, "enabled")
            message = f"is not possible with cluster.compute: auto: {reason}"
            yield Problem(path, message, value=True, allowed="false", involved=(COMPUTE,))


@rule("cluster", "network")
def auto_mode_divides_pod_subnets(environment: Environment) -> Iterator[Problem]:
    """Auto Mode takes single addresses and prefixes of pod subnets, so that none are reserved."""
    network = environment.network
    share = network.pods.prefix_reservation
    if environment.cluster.auto_mode and network.existing is None and share != "none":
        path = ("network", "pods", "prefix_reservation")
        message = "keeps addresses from pods with cluster.compute: auto"
        yield Problem(path, message, share, "none", "none", involved=(COMPUTE,))


@rule("cluster", "teams")
def auto_mode_has_no_security_groups_of_pods(environment: Environment) -> Iterator[Problem]:
    """Pods in Auto Mode have the security group of their node."""
    if not environment.cluster.auto_mode:
        return
    for team, settings in environment.teams.items():
        for name, namespace in settings.namespaces.items():
            if namespace.security_groups:
                path = ("teams", team, "namespaces", name, "security_groups")
                message = "is not possible with cluster.compute: auto"
                yield Problem(path, message, allowed="network policies", involved=(COMPUTE,))


def _written(settings: Settings, keys: tuple[str, ...]) -> Iterator[str]:
    return (key for key in keys if key in settings.model_fields_set)


def _without_effect(path: Path, reason: str, allowed: str = "") -> Problem:
    message = f"has no effect with cluster.compute: auto: {reason}"
    return Problem(path, message, allowed=allowed, involved=(COMPUTE,))
