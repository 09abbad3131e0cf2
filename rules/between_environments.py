"""What two environments that are loaded together cannot both have.

Each is valid alone, but the second apply would fail, change resources of the first one, or make
networks that cannot be connected.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from config.derived import ip_plan, names, replication, routing
from config.derived.ci import issuers
from config.environment import Environment
from config.problem import Path, Problem
from rules.addons.monitoring_amp import shared_workspace_knows_clusters
from rules.edge import shared_members
from rules.edge.shared_members import share_a_load_balancer
from rules.expansion import EnvironmentSource
from rules.regions import replication_members
from rules.regions.fleet_members import (
    are_of_one_fleet,
    fleets_are_of_one_account,
    fleets_have_different_cluster_names,
    fleets_have_one_hub,
    peered_vpcs_are_made_here,
)

Check = Callable[[Environment, Environment, str], Iterator[Problem]]
"""Says what is wrong with the first environment because of the second, which is in a file."""


def conflicts(
    environments: Mapping[EnvironmentSource, Environment],
) -> Iterator[tuple[EnvironmentSource, Problem]]:
    """Yields the problems between environments, one at each of the two files.

    Args:
        environments: valid environments by their source. Two files of one name are ignored: another
            check reports them.
    """
    yield from _found(ERRORS, environments)


def warnings_between(
    environments: Mapping[EnvironmentSource, Environment],
) -> Iterator[tuple[EnvironmentSource, Problem]]:
    """Yields what is legal but unwise between environments, one at each of the two files."""
    yield from _found(WARNINGS, environments)


def _found(
    checks: Sequence[Check], environments: Mapping[EnvironmentSource, Environment]
) -> Iterator[tuple[EnvironmentSource, Problem]]:
    # The pairs of a hundred environments are thousands.
    shown = {source: source.display() for source in environments}
    for (source, one), (other_source, other) in combinations(environments.items(), 2):
        if one.name == other.name and source.file != other_source.file:
            continue
        for check in checks:
            yield from ((source, problem) for problem in check(one, other, shown[other_source]))
            yield from ((other_source, problem) for problem in check(other, one, shown[source]))


def buckets_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """Bucket names are unique within a partition, across all accounts.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    if one.partition != other.partition:
        return
    taken = {bucket for _, buckets in _buckets(other) for bucket in buckets}
    for path, buckets in _buckets(one):
        if both := [bucket for bucket in buckets if bucket in taken]:
            yield Problem(
                path,
                f"gives a bucket the same name as in {file}",
                both[0],
                "a bucket for each environment",
                involved=(("name",),),
            )


def oidc_providers_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """An account has one IAM OIDC provider for each issuer.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    if (one.partition, one.account) != (other.partition, other.account):
        return
    made = {issuer.host for issuer in issuers(other).values() if issuer.created}
    for key, issuer in issuers(one).items():
        if issuer.created and issuer.host in made:
            yield Problem(
                ("ci", key, "create_provider"),
                f"is also true in {file}, and account {one.account} has one provider for an issuer",
                True,
                "true in one environment of the account",
            )


def clusters_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """IAM roles are named after the cluster, and IAM is shared by all regions of an account.

    With `identity.regional_names` they are named after the region as well.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    same_account = (one.partition, one.account) == (other.partition, other.account)
    if one.region != other.region and (
        one.identity.regional_names or other.identity.regional_names
    ):
        return
    if same_account and one.cluster_name == other.cluster_name:
        path: Path = ("cluster", "name") if one.cluster.name else ("name",)
        yield Problem(
            path,
            f"is also the name of the cluster in {file}, and both create IAM roles of that name in "
            f"account {one.account}",
            one.cluster_name,
            "" if one.region == other.region else "another name, or identity.regional_names: true",
        )


def domain_names_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """A name has one alias record in a hosted zone, and Terraform overwrites no record."""
    yield from _internal_names_differ(one, other, file)
    if are_regions_of_one_platform(one, other) and routing.is_routed(one):
        return
    if share_a_load_balancer(one, other):
        return
    zone, other_zone = one.edge.hosted_zone, other.edge.hosted_zone
    if not (zone and other_zone and zone.id == other_zone.id):
        return
    if one.edge.enabled and other.edge.enabled:
        for index, name in enumerate(one.edge.domain_names):
            if name in other.edge.domain_names:
                message = f"is also a name in {file}, in the same hosted zone"
                yield Problem(("edge", "domain_names", index), message, name)


def _internal_names_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """An existing private zone may be associated with the VPCs of both."""
    inside, others = one.edge.internal, other.edge.internal
    zone, other_zone = inside.hosted_zone, others.hosted_zone
    if not (inside.enabled and others.enabled and zone and other_zone and zone.id):
        return
    for index, name in enumerate(inside.domain_names if zone.id == other_zone.id else ()):
        if name in others.domain_names:
            message = f"is also a name in {file}, in the same hosted zone"
            yield Problem(("edge", "internal", "domain_names", index), message, name)


def vpc_addresses_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """VPCs whose addresses overlap can never be peered or share a transit gateway.

    A transit gateway can connect VPCs that have nothing but the block of their pods in common, if
    it has no route to that block: outside the VPC, pods have the addresses of their nodes.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
    """
    if not (are_regions_of_one_platform(one, other) or are_of_one_fleet(one, other)):
        yield from _overlaps(one, other, file)


def regions_have_disjoint_addresses(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """The hub of a fleet reaches its spokes through peering."""
    if are_regions_of_one_platform(one, other) or are_of_one_fleet(one, other):
        yield from _overlaps(one, other, file)


def regions_have_one_edge(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """Requests may reach either region: both serve the same names in the same way."""
    if not (are_regions_of_one_platform(one, other) and routing.is_routed(one)):
        return
    for key in ("load_balancer", "hosted_zone", "domain_names", "tls"):
        if getattr(one.edge, key) != getattr(other.edge, key):
            path: Path = ("edge",) if key == "tls" else ("edge", key)
            message = f"differs from {file}: requests may reach either region"
            yield Problem(path, message, involved=(("edge",),))


def regions_have_one_direction(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """The stacks of both regions make the two ends of one copy."""
    if are_regions_of_one_platform(one, other) and one.replication != other.replication:
        message = f"differs from {file}: data is copied in one way for all regions"
        yield Problem(("replication",), message, involved=(("replication",),))


def copies_are_in_one_account(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """Roles and keys of a copy are those of one account."""
    copied = one.replication.velero or one.replication.efs
    if not (are_regions_of_one_platform(one, other) and copied):
        return
    both = replication.takes_part(one) and replication.takes_part(other)
    if both and one.account != other.account:
        message = f"is not the account of {file}: `replication` copies data within one account"
        yield Problem(("account",), message, one.account)


def replicated_volumes_are_equal(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """Each claim finds the same directory in both regions, with the same owner."""
    if not (are_regions_of_one_platform(one, other) and one.replication.efs):
        return
    both = replication.takes_part(one) and replication.takes_part(other)
    if both and one.cluster.efs.volumes != other.cluster.efs.volumes:
        path: Path = ("cluster", "efs", "volumes")
        message = f"differs from {file}: `replication.efs` has the same volumes in both regions"
        yield Problem(path, message, involved=(("replication", "efs"),))


def are_regions_of_one_platform(one: Environment, other: Environment) -> bool:
    """Whether both come from one file."""
    return one.shares_platform(other)


def _are_in_one_vpc(one: Environment, other: Environment) -> bool:
    if share_a_load_balancer(one, other):
        return True
    existing, known = one.network.existing, other.network.existing
    return bool(existing and known and existing.vpc_id == known.vpc_id)


def _overlaps(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    if one.partition != other.partition or _are_in_one_vpc(one, other):
        return
    plan, other_plan = ip_plan.plan(one.network), ip_plan.plan(other.network)
    for setting, cidr in ip_plan.cidr_settings(one.network):
        for _, block in ip_plan.cidr_settings(other.network):
            if cidr.overlaps(block):
                both_of_pods = plan.is_of_pods(cidr) and other_plan.is_of_pods(block)
                how = "peering" if both_of_pods else "peering or a transit gateway"
                message = f"overlaps {block} of {file}: their VPCs can never be connected by {how}"
                involved = (("network",), ("name",))
                yield Problem(setting, message, str(cidr), involved=involved)


def images_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """Repositories and caches have names in the account's registry, one in each region."""
    if not _same_registry(one, other):
        return
    for key in ("repositories", "caches"):
        for name in getattr(one.registry, key):
            if name in getattr(other.registry, key):
                message = f"is also in {file}, in the same registry: {names.registry(one)}"
                yield Problem(("registry", key, name), message, involved=(("name",),))


def scanning_is_configured_once(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """An account has one scanning configuration in a region; the last apply wins."""
    scanning = one.registry.scanning
    if _same_registry(one, other) and "none" not in {scanning.type, other.registry.scanning.type}:
        message = (
            f"is also set in {file}, and the registry {names.registry(one)} has one scanning "
            "configuration: each apply replaces the other's, and a destroy resets it"
        )
        yield Problem(("registry", "scanning", "type"), message, scanning.type, "none in one file")


def _same_registry(one: Environment, other: Environment) -> bool:
    return names.registry(one) == names.registry(other)


def _buckets(environment: Environment) -> Iterator[tuple[Path, Sequence[str]]]:
    """The names of buckets, with the setting that each set of them follows from."""
    state = [names.state_bucket(environment), names.state_log_bucket(environment)]
    if environment.state.replica_region is not None:
        state.append(names.state_replica_bucket(environment))
        state.append(names.state_replica_log_bucket(environment))
    yield ("state", "bucket"), state
    if environment.platform.velero.enabled:
        backups = names.backups(environment)
        path = ("platform", "velero", "bucket", "name")
        yield path, (backups.bucket, backups.log_bucket)
    if environment.replication.velero and replication.takes_part(environment):
        replica = names.backup_replica(environment)
        yield ("replication", "velero"), (replica.bucket, replica.log_bucket)
    if environment.platform.tracing.enabled:
        traces = names.traces(environment)
        path = ("platform", "tracing", "bucket", "name")
        yield path, (traces.bucket, traces.log_bucket)
    if environment.platform.reports.enabled:
        reports = names.reports(environment)
        path = ("platform", "reports", "bucket", "name")
        yield path, (reports.bucket, reports.log_bucket)


ERRORS: Final[tuple[Check, ...]] = (
    buckets_differ,
    oidc_providers_differ,
    clusters_differ,
    regions_have_disjoint_addresses,
    regions_have_one_edge,
    *replication_members.CHECKS,
    regions_have_one_direction,
    copies_are_in_one_account,
    replicated_volumes_are_equal,
    domain_names_differ,
    *shared_members.CHECKS,
    images_differ,
    fleets_have_one_hub,
    fleets_are_of_one_account,
    fleets_have_different_cluster_names,
    peered_vpcs_are_made_here,
    shared_workspace_knows_clusters,
)

WARNINGS: Final[tuple[Check, ...]] = (vpc_addresses_differ, scanning_is_configured_once)

CHECKS: Final = (*ERRORS, *WARNINGS)
