"""Rules of `cluster.capabilities`: Argo CD, ACK and kro that EKS runs."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.permissions import Permissions
from config.problem import Path, Problem
from config.sections.cluster_capabilities import IN_CLUSTER, Capability
from rules.duplicates import repeated
from rules.permissions import broken_permissions
from rules.registration import rule

CAPABILITIES: Final[Path] = ("cluster", "capabilities")
ARGO_CD: Final[Path] = (*CAPABILITIES, "argo_cd")


@rule("cluster")
def capabilities_are_enabled(environment: Environment) -> Iterator[Problem]:
    """Settings of a capability have no effect while it is off."""
    settings = environment.cluster.capabilities
    every: dict[str, Capability] = {
        "argo_cd": settings.argo_cd,
        "ack": settings.ack,
        "kro": settings.kro,
    }
    for key, each in every.items():
        for name in sorted(each.model_fields_set - {"enabled"}):
            if not each.enabled:
                message = f"has no effect while cluster.capabilities.{key}.enabled is false"
                yield Problem((*CAPABILITIES, key, name), message)


@rule("cluster")
def users_of_the_argo_cd_capability_are_in_identity_center(
    environment: Environment,
) -> Iterator[Problem]:
    """Argo CD of EKS has users of IAM Identity Center only."""
    settings = environment.cluster.capabilities.argo_cd
    if settings.enabled and settings.identity_center.instance_arn is None:
        path = (*ARGO_CD, "identity_center", "instance_arn")
        message = "is missing: EKS's Argo CD has no other users"
        allowed = "the ARN that `aws sso-admin list-instances` gives"
        yield Problem(path, message, allowed=allowed, involved=((*ARGO_CD, "enabled"),))
    for role in ("admins", "editors", "viewers"):
        identities = getattr(settings, role)
        for kind in ("groups", "users"):
            yield from repeated((*ARGO_CD, role, kind), getattr(identities, kind))


@rule("cluster", severity="warning")
def the_argo_cd_capability_has_an_administrator(environment: Environment) -> Iterator[Problem]:
    """Without an administrator no user can see or change anything in Argo CD."""
    settings = environment.cluster.capabilities.argo_cd
    if settings.enabled and not (settings.admins.groups or settings.admins.users):
        message = "is empty: no user of Argo CD sees clusters or applications without a project"
        allowed = "ids of groups or users of IAM Identity Center"
        yield Problem((*ARGO_CD, "admins"), message, allowed=allowed)


@rule("cluster", "platform")
def there_is_one_argo_cd(environment: Environment) -> Iterator[Problem]:
    """The platform's Argo CD and that of EKS have the same kinds, and would serve both."""
    if environment.cluster.capabilities.argo_cd.enabled and environment.platform.argo_cd.enabled:
        message = "would be a second Argo CD beside cluster.capabilities.argo_cd"
        path = ("platform", "argo_cd", "enabled")
        involved = ((*ARGO_CD, "enabled"),)
        yield Problem(path, message, value=True, allowed="false", involved=involved)


@rule("name", "account", "region", "cluster")
def clusters_of_the_capability_are_others(environment: Environment) -> Iterator[Problem]:
    """The cluster itself is registered already, as in-cluster."""
    for name, arn in environment.cluster.capabilities.argo_cd.clusters.items():
        path = (*ARGO_CD, "clusters", name)
        _, partition, _, region, account, cluster = arn.split(":", 5)
        own = (environment.region, environment.account, f"cluster/{environment.cluster_name}")
        if name == IN_CLUSTER or (region, account, cluster) == own:
            yield Problem(path, f"is this cluster, which is registered as {IN_CLUSTER}", arn)
        elif partition != environment.partition:
            message = f"is of partition {partition}, not that of {environment.region}"
            yield Problem(path, message, arn)


@rule("account", "region", "cluster")
def permissions_of_capabilities_are_accepted(environment: Environment) -> Iterator[Problem]:
    """IAM accepts the statements and attaches the policies of a capability's role."""
    for key, each in environment.cluster.capabilities.enabled.items():
        permissions = Permissions(statements=each.statements, policy_arns=each.policy_arns)
        yield from broken_permissions(environment, (*CAPABILITIES, key), permissions)


@rule("cluster", severity="warning")
def ack_may_make_something(environment: Environment) -> Iterator[Problem]:
    """ACK makes AWS resources with the permissions of its role, or of roles that it assumes."""
    ack = environment.cluster.capabilities.ack
    if ack.enabled and not (ack.statements or ack.policy_arns):
        message = "is empty, and so is policy_arns: ACK's controllers may make nothing in AWS"
        yield Problem((*CAPABILITIES, "ack", "statements"), message)
