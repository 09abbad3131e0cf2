"""The namespaces of teams, each with quota, limit range, network policies and role bindings."""

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable, TerraformResource
from cdktf_cdktf_provider_helm.release import Release
from cdktf_cdktf_provider_kubernetes.namespace_v1 import (
    NamespaceV1,
    NamespaceV1Metadata,
    NamespaceV1Timeouts,
)
from constructs import Construct

from config.environment import Environment
from config.sections.teams import TEAM_LABEL, TeamNamespace
from modules.helm.default_account import without_token
from modules.helm.pod_security import pod_security_labels
from modules.namespaces.admission.release import admission
from modules.namespaces.mesh import mesh_exceptions, mesh_labels
from modules.namespaces.namespace_ref import NamespaceRef
from modules.namespaces.network_policies import network_policies
from modules.namespaces.quotas import limit_range, priority_quota, resource_quota
from modules.namespaces.role_bindings import role_bindings
from modules.namespaces.security_groups import pod_security_groups
from modules.remote_state import RemoteOutputs

APPLICATIONS = "argo-cd-resources"
"""The release with Argo CD's Applications, which deploy into the namespaces."""


def team_namespaces(
    scope: Construct,
    environment: Environment,
    releases: Mapping[str, Release],
    chart: str,
    outputs: RemoteOutputs,
    roles: Sequence[TerraformResource] = (),
) -> None:
    """Makes the namespaces of all teams (D2, G5, J5, J6).

    They depend on the policies of admission and on all add-ons but the release with Argo CD's
    applications, which depends on them. So applications are installed last, into namespaces with
    quotas and policies. On destroy they are removed first, then the namespaces, while the add-ons
    can still release load balancers, certificates, volumes and nodes.

    Args:
        releases: the add-ons' releases by name.
        chart: path of our chart of custom resources.
        roles: what pods that use a workload's role must depend on.
    """
    after = [release for name, release in releases.items() if name != APPLICATIONS]
    policies = admission(scope, environment, chart)
    after += [policies] if policies else []
    before: list[ITerraformDependable] = [*after, *roles]
    namespaces: dict[str, NamespaceV1] = {}
    addresses: list[str] = []
    for team_name, team in environment.teams.items():
        for name, settings in team.namespaces.items():
            namespaces[name] = _namespace(scope, environment, team_name, name, settings, before)
            namespace_ref = NamespaceRef(namespaces[name].metadata.name, name.replace("-", "_"))
            without_token(scope, namespace_ref.id("default_account"), namespaces[name])
            addresses += [
                resource_quota(scope, namespace_ref, settings.quota),
                priority_quota(scope, namespace_ref),
                limit_range(scope, namespace_ref, settings.container_defaults),
                *network_policies(scope, namespace_ref, environment, settings),
            ]
            role_bindings(scope, namespace_ref, team_name, team)
    addresses += mesh_exceptions(scope, environment, chart, namespaces, after)
    addresses += pod_security_groups(scope, environment, chart, namespaces, outputs)
    if APPLICATIONS in releases:
        # Each of these depends on its namespace, which therefore need not be listed.
        applications = releases[APPLICATIONS]
        applications.depends_on = [
            *(applications.depends_on or []),
            *map(_address, _own(environment, releases)),
            *map(_address, roles),
            *addresses,
        ]


def _own(environment: Environment, releases: Mapping[str, Release]) -> list[Release]:
    """The releases of one's own charts, whose CRDs applications may use."""
    names = environment.platform.releases
    return [each for name, each in releases.items() if name.removesuffix("-resources") in names]


def _address(resource: TerraformResource) -> str:
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def _namespace(
    scope: Construct,
    environment: Environment,
    team: str,
    name: str,
    settings: TeamNamespace,
    after: Sequence[ITerraformDependable],
) -> NamespaceV1:
    labels = (
        settings.labels
        | mesh_labels(environment, settings)
        | pod_security_labels(settings.pod_security)
        | {TEAM_LABEL: team}
    )
    return NamespaceV1(
        scope,
        f"namespace_{name.replace('-', '_')}",
        metadata=NamespaceV1Metadata(name=name, labels=labels),
        # Kubernetes deletes pods and claims first, and a volume can take minutes.
        timeouts=NamespaceV1Timeouts(delete="15m"),
        depends_on=list(after) or None,
    )
