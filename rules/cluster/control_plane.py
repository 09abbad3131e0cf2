"""Rules of the `cluster` section: its name, its endpoint, its addresses and its versions."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from typing import Final

from config import versions
from config.derived import ip_plan
from config.derived.node_version import minor_before
from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

WIDEST_PREFIX_LENGTH: Final = 8
"""A shorter prefix counts as the whole internet: two blocks of /1 cover it."""

SERVICE_PREFIX_LENGTHS: Final = range(12, 25)
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html"""

SERVICE_RANGES: Final = tuple(
    IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
"""Same source as SERVICE_PREFIX_LENGTHS."""

RESERVED_RANGES: Final = tuple(
    IPv4Network(block)
    for block in (
        *("0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("192.0.0.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
"""Source addresses that no request has. Documentation blocks are not included.
https://www.iana.org/assignments/iana-ipv4-special-registry/"""

PUBLIC: Final[Path] = ("cluster", "endpoint", "public_access_cidrs")


@rule("name", "cluster")
def cluster_name_is_allowed(environment: Environment) -> Iterator[Problem]:
    """Security groups are named after the cluster, and their names may not begin with sg-.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    """
    name = environment.cluster.name
    if name is not None and name.lower().startswith("sg-"):
        message = "begins with sg-, which AWS reserves for ids of security groups"
        yield Problem(("cluster", "name"), message, name)


@rule("cluster")
def public_endpoint_is_limited(environment: Environment) -> Iterator[Problem]:
    """A public endpoint has an allow list; the whole internet requires an explicit setting.

    CIS Amazon EKS Benchmark 5.4.1 and 5.4.2.
    """
    endpoint = environment.cluster.endpoint
    if not endpoint.public:
        message = "has no effect while cluster.endpoint.public is false"
        if endpoint.allow_public_access_from_anywhere:
            yield Problem((*PUBLIC[:-1], "allow_public_access_from_anywhere"), message, value=True)
        if endpoint.public_access_cidrs:
            yield Problem(PUBLIC, message, [str(cidr) for cidr in endpoint.public_access_cidrs])
        return
    if endpoint.allow_public_access_from_anywhere:
        return
    advice = "public address blocks, for example that of an office"
    if not endpoint.public_access_cidrs:
        yield Problem(PUBLIC, "is empty, which would allow the whole internet", [], advice)
    for index, cidr in enumerate(endpoint.public_access_cidrs):
        if cidr.prefixlen < WIDEST_PREFIX_LENGTH:
            yield Problem(
                (*PUBLIC, index),
                "allows the whole internet; only allow_public_access_from_anywhere may",
                str(cidr),
                advice,
            )


@rule("cluster")
def public_cidrs_are_public(environment: Environment) -> Iterator[Problem]:
    """EKS refuses private and reserved address blocks for the public endpoint.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    for index, cidr in enumerate(environment.cluster.endpoint.public_access_cidrs):
        if any(cidr.subnet_of(private) for private in SERVICE_RANGES):
            message = "is private; cluster.api_access_cidrs opens the private endpoint"
            yield Problem((*PUBLIC, index), message, str(cidr), "public address blocks")
        elif any(cidr.subnet_of(reserved) for reserved in RESERVED_RANGES):
            message = "is reserved: no request comes from there"
            yield Problem((*PUBLIC, index), message, str(cidr), "public address blocks")


@rule("cluster")
def private_access_is_limited(environment: Environment) -> Iterator[Problem]:
    """The private endpoint and SSH do not accept the whole internet."""
    settings: dict[Path, Sequence[IPv4Network]] = {
        ("cluster", "api_access_cidrs"): environment.cluster.api_access_cidrs,
        ("cluster", "node_ssh", "cidrs"): environment.cluster.node_ssh.cidrs,
    }
    for path, cidrs in settings.items():
        for index, cidr in enumerate(cidrs):
            if cidr.prefixlen < WIDEST_PREFIX_LENGTH:
                yield Problem(
                    (*path, index),
                    "is open to the whole internet",
                    str(cidr),
                    "the blocks of a network",
                )


@rule("cluster")
def cidrs_are_named_once(environment: Environment) -> Iterator[Problem]:
    """A block appears once in a list: each makes a security group rule."""
    cluster = environment.cluster
    settings: dict[Path, Sequence[object]] = {
        PUBLIC: cluster.endpoint.public_access_cidrs,
        ("cluster", "api_access_cidrs"): cluster.api_access_cidrs,
        ("cluster", "node_ssh", "cidrs"): cluster.node_ssh.cidrs,
    }
    for path, values in settings.items():
        for index, value in enumerate(values):
            if value in values[:index]:
                yield Problem((*path, index), "is a duplicate", str(value))


@rule("cluster", "network")
def service_cidr_is_usable(environment: Environment) -> Iterator[Problem]:
    """The service CIDR is private, of a size that EKS accepts, and does not overlap the VPC."""
    cidr = environment.cluster.service_cidr
    path = ("cluster", "service_cidr")
    if cidr.prefixlen not in SERVICE_PREFIX_LENGTHS:
        yield Problem(path, "is not a size that EKS accepts", str(cidr), "a /12 to a /24")
    elif not any(cidr.subnet_of(block) for block in SERVICE_RANGES):
        allowed = ", ".join(map(str, SERVICE_RANGES))
        yield Problem(path, "is not private", str(cidr), f"within {allowed}")
    for setting, block in ip_plan.cidr_settings(environment.network):
        if cidr.overlaps(block):
            yield Problem(path, f"overlaps the VPC, {block}", str(cidr), involved=(setting,))


@rule("cluster")
def kubernetes_version_is_known(environment: Environment) -> Iterator[Problem]:
    """The version table has add-ons, images and charts for the Kubernetes version."""
    version = environment.cluster.version
    if version not in versions.minors():
        yield Problem(
            ("cluster", "version"),
            "is not in the version table",
            version,
            ", ".join(versions.minors()),
            versions.nearest_minor(version),
        )


@rule("cluster")
def nodes_have_a_version_before(environment: Environment) -> Iterator[Problem]:
    """Nodes that are upgraded after the control plane have the minor before it."""
    cluster = environment.cluster
    known = cluster.version in versions.minors()
    if cluster.upgrade.nodes == "after" and known and minor_before(cluster.version) is None:
        yield Problem(
            ("cluster", "upgrade", "nodes"),
            f"has no minor to keep: {cluster.version} is the first one in the version table",
            "after",
            "together",
            involved=(("cluster", "version"),),
        )


@rule("cluster", "platform")
def karpenter_settings_have_effect(environment: Environment) -> Iterator[Problem]:
    """Settings of Karpenter have no effect without Karpenter."""
    settings = environment.platform.karpenter
    cluster = environment.cluster
    if cluster.auto_mode:
        return  # the rules of Auto Mode say more
    if cluster.autoscaler != "karpenter" and settings.model_fields_set:
        key = min(settings.model_fields_set)
        message = f"has no effect with cluster.autoscaler: {cluster.autoscaler}"
        yield Problem(("platform", "karpenter", key), message)
