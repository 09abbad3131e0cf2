"""Rules of `teams.<team>.allow`."""

from collections.abc import Iterator, Mapping
from typing import Final

from config.derived.team_kinds import APPLICATION, DEFAULT, NETWORK_POLICY, group_and_kind
from config.environment import Environment
from config.problem import Problem
from rules.duplicates import repeated
from rules.registration import rule

CORE: Final = frozenset(
    {
        "ConfigMap",
        "Endpoints",
        "Event",
        "LimitRange",
        "PersistentVolumeClaim",
        "Pod",
        "PodTemplate",
        "ReplicationController",
        "ResourceQuota",
        "Secret",
        "Service",
        "ServiceAccount",
    }
)
"""Kinds of the core group in namespaces.
https://kubernetes.io/docs/reference/kubernetes-api/"""

REACH: Final[Mapping[str, str]] = {
    "LimitRange": "the team could change the limits of its namespaces",
    "ResourceQuota": "the team could change the limits of its namespaces",
    "Endpoints": "the ingress controller would connect to pods of other namespaces",
    "discovery.k8s.io/EndpointSlice": "the ingress controller would connect to pods of other "
    "namespaces",
    "rbac.authorization.k8s.io/Role": "Argo CD may grant every permission in its namespaces",
    "rbac.authorization.k8s.io/RoleBinding": "Argo CD may grant every role in its namespaces",
    "elbv2.k8s.aws/TargetGroupBinding": "it could join the target groups of the front door",
    "eks.amazonaws.com/TargetGroupBinding": "it could join the target groups of the front door",
    "vpcresources.k8s.aws/SecurityGroupPolicy": "its pods could have any security group of the "
    "VPC; security_groups of a namespace names theirs",
    "cilium.io/CiliumNetworkPolicy": "it allows more connections than traffic of a namespace",
    "networking.k8s.aws/PolicyEndpoint": "it allows more connections than traffic of a namespace",
    "security.istio.io/PeerAuthentication": "it lifts the requirement of mutual TLS",
    "kyverno.io/PolicyException": "it lifts Kyverno's policies",
    "policies.kyverno.io/PolicyException": "it lifts Kyverno's policies",
    "networking.istio.io/ServiceEntry": "it applies to the mesh of all namespaces",
    "networking.istio.io/VirtualService": "it applies to the mesh of all namespaces",
    "gateway.networking.k8s.io/ReferenceGrant": "routes of other teams could lead to its Services, "
    "and Gateways of other teams could have its Secrets",
    "gateway.networking.k8s.io/Gateway": "the controller serves it beside the platform's Gateway",
    "gateway.networking.k8s.io/ListenerSet": "it adds ports and certificates to a Gateway",
    "gateway.networking.k8s.io/TCPRoute": "it has no host name, and so takes a whole port",
    "gateway.networking.k8s.io/UDPRoute": "it has no host name, and so takes a whole port",
    "monitoring.coreos.com/Probe": "Prometheus would connect to any address",
    "monitoring.coreos.com/ScrapeConfig": "Prometheus would connect to any address",
    "cert-manager.io/CertificateRequest": "it gets a certificate for any name",
    "authentication.k8s.io/TokenRequest": "tokens of its service accounts are valid after a member "
    "has left",
}
"""Kinds that reach farther than a namespace, with what they do there."""


@rule("teams")
def kinds_of_teams_have_their_group(environment: Environment) -> Iterator[Problem]:
    """A kind without a group is one of the core group; kinds are listed once."""
    known = {kind: entry for entry in (*APPLICATION, *REACH) for kind in [group_and_kind(entry)[1]]}
    for name, team in environment.teams.items():
        path = ("teams", name, "allow")
        yield from repeated(path, team.allow)
        for index, entry in enumerate(team.allow):
            if entry == NETWORK_POLICY:
                yield Problem((*path, index), "is what network_policies: true allows", entry)
            elif "/" not in entry and entry != DEFAULT and entry not in CORE:
                message, allowed = "is no kind of the core group", "<group>/<kind>"
                yield Problem((*path, index), message, entry, allowed, known.get(entry, ""))


@rule("teams", severity="warning")
def kinds_of_teams_stay_in_their_namespaces(environment: Environment) -> Iterator[Problem]:
    """A kind that reaches farther than its namespace lets a team do more than its roles say."""
    for name, team in environment.teams.items():
        for index, entry in enumerate(team.allow):
            reasons = [reason for each, reason in REACH.items() if _covers(entry, each)]
            for reason in dict.fromkeys(reasons):
                message = f"reaches farther than the namespaces of the team: {reason}"
                yield Problem(("teams", name, "allow", index), message, entry)


@rule("teams", severity="warning")
def admission_of_teams_is_enforced(environment: Environment) -> Iterator[Problem]:
    """With `warn` nothing keeps a team from objects that reach other teams."""
    for name, team in environment.teams.items():
        if team.admission == "warn":
            message = "only warns: the team can have objects that reach other teams"
            yield Problem(("teams", name, "admission"), message, team.admission)


def _covers(entry: str, kind: str) -> bool:
    group, _ = group_and_kind(entry)
    return entry == kind or (entry == f"{group}/*" and group_and_kind(kind)[0] == group)
