"""Rules of the pod subnets: their secondary CIDR block, and what of the VPC CNI they need."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from config import versions
from config.environment import Environment
from config.problem import Path, Problem
from rules.network.vpc import NO_HOSTS, VPC_PREFIX_LENGTHS
from rules.registration import rule

SECONDARY: Final[Path] = ("network", "pods", "secondary_cidr")

CNI: Final[Path] = ("cluster", "addons", "vpc-cni")

PRIVATE: Final = tuple(
    IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)

SHARED: Final = tuple(IPv4Network(block) for block in ("100.64.0.0/10", "198.19.0.0/16"))
"""Blocks that the EKS documentation names for pods.
https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html"""

FIRST_BLOCKS: Final = (IPv4Network("10.0.0.0/15"), IPv4Network("10.0.0.0/16"))
"""A VPC with a block in the first gets none in the second."""

SUBNET_EXCLUSION: Final = (1, 22, 1)
"""The first version of the VPC CNI that gives pods no address of a subnet with the tag 0, not even
on the nodes' first interface. https://github.com/aws/amazon-vpc-cni-k8s/blob/master/CHANGELOG.md"""


@rule("network")
def secondary_cidr_can_be_associated(environment: Environment) -> Iterator[Problem]:
    """The secondary CIDR block is of a size and a range that AWS associates with the VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    primary, cidr = environment.network.cidr, environment.network.pods.secondary_cidr
    if cidr is None:
        return
    own = [block for block in PRIVATE if primary.subnet_of(block)]
    ranges = ", ".join(map(str, (*SHARED, *own)))
    vpc, blocked = FIRST_BLOCKS
    if cidr.prefixlen not in VPC_PREFIX_LENGTHS:
        message = "is not a size that a CIDR block of a VPC can have"
        yield Problem(SECONDARY, message, str(cidr), "a /16 to a /28")
    elif cidr.overlaps(primary):
        message = f"overlaps the VPC, {primary}"
        yield Problem(SECONDARY, message, str(cidr), involved=(("network", "cidr"),))
    elif any(cidr.overlaps(block) for block in NO_HOSTS) or not any(
        cidr.subnet_of(block) for block in (*SHARED, *own)
    ):
        message = f"is not in a range that AWS associates with the VPC {primary} for pods"
        yield Problem(SECONDARY, message, str(cidr), f"within {ranges}")
    elif primary.subnet_of(vpc) and cidr.overlaps(blocked):
        message = f"is in {blocked}, which AWS does not associate with a VPC within {vpc}"
        yield Problem(SECONDARY, message, str(cidr), f"another block within {ranges}")


@rule("cluster")
def vpc_cni_excludes_private_subnets(environment: Environment) -> Iterator[Problem]:
    """The VPC CNI is new enough to keep pods out of the private subnets."""
    version = environment.cluster.addon("vpc-cni").version
    if version is not None and versions.number(version)[:3] < SUBNET_EXCLUSION:
        minimum = ".".join(map(str, SUBNET_EXCLUSION))
        message = "is too old for pod subnets: it gives pods addresses of the private subnets"
        yield Problem((*CNI, "version"), message, version, f"v{minimum} or newer")


@rule("cluster", "network", severity="warning")
def pods_are_translated(environment: Environment) -> Iterator[Problem]:
    """Pods of a secondary CIDR block have the address of their node outside the VPC."""
    cidr = environment.network.pods.secondary_cidr
    path: Path = ("env", "AWS_VPC_K8S_CNI_EXTERNALSNAT")
    values = environment.cluster.addon("vpc-cni").values.get("env") or {}
    if cidr is not None and isinstance(values, dict) and values.get(path[1]) == "true":
        yield Problem(
            (*CNI, "values", *path),
            f"sends pods' traffic with addresses of {cidr}, to which no network outside the VPC "
            "returns an answer, unless it has a route to it",
            "true",
            "false",
        )


@rule("cluster", "network", severity="warning")
def pods_have_the_pod_subnets(environment: Environment) -> Iterator[Problem]:
    """Values of the VPC CNI leave pods in the pod subnets, which it finds by their tags.

    Sources: https://docs.aws.amazon.com/eks/latest/userguide/cni-subnet-selection.html,
    https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html
    """
    values = environment.cluster.addon("vpc-cni").values
    if environment.network.existing is not None:
        return  # ENIConfigs name the subnets of pods
    path: Path = (*CNI, "values")
    unused = "leaves the pod subnets unused:"
    custom = f"{unused} ENIConfigs choose the subnets of pods, which make ip-plan does not count"
    env = values.get("env")
    if isinstance(env, dict):
        settings: dict[str, object] = env  # pyright: ignore[reportUnknownVariableType]
        for name, wrong, right, message in (
            (
                "ENABLE_SUBNET_DISCOVERY",
                "false",
                "true",
                f"{unused} pods have addresses of the private subnets",
            ),
            ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true", "false", custom),
        ):
            if settings.get(name) == wrong:
                yield Problem((*path, "env", name), message, wrong, right)
        name = settings.get("CLUSTER_NAME", environment.cluster_name)
        if name != environment.cluster_name:
            message = "is not the name of the cluster, whose tag the pod subnets have"
            place = (*path, "env", "CLUSTER_NAME")
            yield Problem(place, message, name, environment.cluster_name)
    configs = values.get("eniConfig")
    if isinstance(configs, dict) and configs.get("create") is True:  # pyright: ignore[reportUnknownMemberType]
        yield Problem((*path, "eniConfig", "create"), custom, value=True, allowed="false")
