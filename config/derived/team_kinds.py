"""The kinds of objects that a team may have in its namespaces: one list for kubectl and for Git."""

from typing import Final

from config.environment import Environment
from config.sections.teams import Team

DEFAULT: Final = "default"
"""The entry of `teams.<team>.allow` that stands for the kinds of every application."""

APPLICATION: Final = (
    "ConfigMap",
    "Event",
    "PersistentVolumeClaim",
    "Pod",
    "Secret",
    "Service",
    "ServiceAccount",
    "apps/Deployment",
    # Argo CD shows the pods of a Deployment only where its project allows what is between them.
    "apps/ReplicaSet",
    "apps/StatefulSet",
    "autoscaling.k8s.io/VerticalPodAutoscaler",
    "autoscaling/HorizontalPodAutoscaler",
    "batch/CronJob",
    "batch/Job",
    "cert-manager.io/Certificate",
    "coordination.k8s.io/Lease",
    "events.k8s.io/Event",
    "external-secrets.io/ExternalSecret",
    "generators.external-secrets.io/Password",
    "monitoring.coreos.com/AlertmanagerConfig",
    "monitoring.coreos.com/PodMonitor",
    "monitoring.coreos.com/PrometheusRule",
    "monitoring.coreos.com/ServiceMonitor",
    "networking.k8s.io/Ingress",
    "policy/PodDisruptionBudget",
    "secrets-store.csi.x-k8s.io/SecretProviderClass",
    "security.istio.io/AuthorizationPolicy",
    "snapshot.storage.k8s.io/VolumeSnapshot",
)
"""What `default` stands for: kinds that act in their own namespace only. Where fields of them reach
farther, modules/namespaces/admission refuses these fields."""

ROUTES: Final = ("gateway.networking.k8s.io/GRPCRoute", "gateway.networking.k8s.io/HTTPRoute")
"""What `default` stands for besides where there is a Gateway. A Service of another namespace needs
a ReferenceGrant there, which a team has only if `allow` names it."""

NETWORK_POLICY: Final = "networking.k8s.io/NetworkPolicy"
NAMESPACED_STORE: Final = "external-secrets.io/SecretStore"


def allowed_kinds(environment: Environment, team: Team) -> tuple[str, ...]:
    """The kinds that a team may have, as `<group>/<kind>`, or `<kind>` of the core group.

    `<group>/*` stands for all kinds of a group.
    """
    kinds = {each for each in team.allow if each != DEFAULT}
    if DEFAULT in team.allow:
        kinds |= set(APPLICATION)
        if environment.platform.external_secrets.namespaced_stores:
            kinds.add(NAMESPACED_STORE)
        if environment.platform.ingress.has_gateway:
            kinds |= set(ROUTES)
    if team.network_policies:
        kinds.add(NETWORK_POLICY)
    return tuple(sorted(kinds))


def group_and_kind(entry: str) -> tuple[str, str]:
    """The parts of an entry; the group is empty for the core group."""
    group, _, kind = entry.rpartition("/")
    return group, kind
