"""Rules of nodes with NVIDIA's GPUs, and of capacity reservations of node groups.

Sources:
    https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-k8s-device-plugin.html
    https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html
"""

from collections.abc import Iterator
from typing import Final

from config.derived.accelerators import has_nvidia_gpus
from config.derived.pool_types import candidate_names, only_gpus
from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

PLUGIN: Final[Path] = ("platform", "nvidia_device_plugin", "enabled")


def _gpu_nodes(environment: Environment) -> Iterator[tuple[Path, str]]:
    """Where nodes with GPUs are configured, and the image that they run."""
    for name, group in environment.cluster.node_groups.items():
        if group.accelerator == "nvidia":
            yield ("cluster", "node_groups", name), group.ami
    karpenter = environment.platform.karpenter
    if not environment.cluster.runs_karpenter:  # nodes of EKS Auto Mode have a device plugin
        return
    for name, pool in karpenter.pools.items():
        if pool.node_class in karpenter.classes and only_gpus(pool):
            path = ("platform", "karpenter", "node_pools", name)
            yield path, karpenter.classes[pool.node_class].ami


@rule("cluster", "platform")
def gpus_are_offered_to_pods_once(environment: Environment) -> Iterator[Problem]:
    """Amazon Linux nodes with GPUs need a device plugin; Bottlerocket's image has one already."""
    plugin = environment.platform.nvidia_device_plugin
    for path, ami in _gpu_nodes(environment):
        if plugin.enabled and ami == "bottlerocket":
            message = "is a second device plugin on Bottlerocket nodes, whose image has one"
            allowed = "false, or Amazon Linux on all nodes with GPUs"
            yield Problem(PLUGIN, message, value=True, allowed=allowed, involved=(path,))
            return
        if ami == "al2023" and "enabled" not in plugin.model_fields_set:
            message = "has nodes with GPUs, and no device plugin offers them to pods"
            allowed = (
                "platform.nvidia_device_plugin.enabled: true, or false if the project does not "
                "install what offers them"
            )
            yield Problem(path, message, allowed=allowed)


@rule("cluster", "platform", severity="warning")
def the_device_plugin_has_nodes(environment: Environment) -> Iterator[Problem]:
    """The device plugin has nodes with GPUs."""
    if environment.platform.nvidia_device_plugin.enabled and not any(_gpu_nodes(environment)):
        message = "has no effect: no pool and no node group has only types with NVIDIA's GPUs"
        yield Problem(PLUGIN, message, value=True)


@rule("cluster", "platform", severity="warning")
def gpus_are_limited_and_kept_for_their_pods(environment: Environment) -> Iterator[Problem]:
    """A pool with GPUs has a limit of them, and a taint that keeps other pods away."""
    if environment.cluster.autoscaler != "karpenter":
        return
    for name, pool in environment.platform.karpenter.pools.items():
        path = ("platform", "karpenter", "node_pools", name)
        if only_gpus(pool):
            if pool.limits.gpus is None:
                message = "is missing: Karpenter may launch as many GPUs as the CPUs allow"
                yield Problem((*path, "limits", "gpus"), message)
            if not pool.taints:
                message = "is empty: pods that request no GPU may run on nodes with GPUs"
                allowed = "for example {key: nvidia.com/gpu, value: present, effect: NoSchedule}"
                yield Problem((*path, "taints"), message, [], allowed)
        elif pool.limits.gpus is not None and not any(map(has_nvidia_gpus, candidate_names(pool))):
            message = "has no effect: no instance type of the pool has NVIDIA's GPUs"
            yield Problem((*path, "limits", "gpus"), message, pool.limits.gpus)


@rule("cluster")
def reservations_of_groups_are_complete(environment: Environment) -> Iterator[Problem]:
    """A Capacity Block has an id and is in one zone; spot instances have no reservation."""
    for name, group in environment.cluster.node_groups.items():
        path = ("cluster", "node_groups", name)
        if group.capacity == "spot" and group.capacity_reservation is not None:
            message = "has no effect: spot instances start in no reservation"
            allowed = "capacity: on_demand or capacity_block beside it"
            place = (*path, "capacity_reservation")
            yield Problem(place, message, group.capacity_reservation, allowed)
        if group.capacity != "capacity_block":
            continue
        if group.capacity_reservation is None:
            message = "is missing beside capacity: capacity_block"
            allowed = "the id of the Capacity Block, cr- and letters and digits"
            yield Problem((*path, "capacity_reservation"), message, allowed=allowed)
        if len(group.zones) != 1:
            message = "names not one zone, and a Capacity Block is in one"
            yield Problem((*path, "zones"), message, list(group.zones), "the zone of the block")
