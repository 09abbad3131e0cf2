"""The namespaces of teams, each with quota, defaults, traffic rules and roles."""

from collections.abc import Mapping

from cdktf_cdktf_provider_helm.release import Release
from cdktf_cdktf_provider_kubernetes.namespace_v1 import (
    NamespaceV1,
    NamespaceV1Metadata,
    NamespaceV1Timeouts,
)
from constructs import Construct

from config.environment import Environment
from config.sections.teams import TEAM_LABEL, TeamNamespace
from modules.helm.pod_security import pod_security_labels
from modules.namespaces.mesh import mesh_exceptions, mesh_labels
from modules.namespaces.network_policies import network_policies
from modules.namespaces.place import Place
from modules.namespaces.quotas import limit_range, resource_quota
from modules.namespaces.role_bindings import role_bindings

APPLICATIONS = "argo-cd-resources"
"""The release that brings applications into the namespaces."""


class Namespaces:
    """The namespaces of all teams (requirements D2, G5, J5, J6).

    They stand between the add-ons and what Argo CD deploys. Applications come last, into namespaces
    whose limits are in force; on the way out they go first, then whatever else is in the
    namespaces, and all that while the add-ons still give load balancers, certificates, volumes and
    nodes back.

    Attributes:
        made: the namespaces by name.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        releases: Mapping[str, Release],
        chart: str,
    ) -> None:
        """Makes them.

        Args:
            scope: the stack.
            environment: names teams and namespaces.
            releases: the add-ons' releases by name.
            chart: path of our own chart of custom resources.
        """
        self._scope, self._environment = scope, environment
        self._after = [release for name, release in releases.items() if name != APPLICATIONS]
        self._ready: list[str] = []
        self.made: dict[str, NamespaceV1] = {}
        for team_name, team in environment.teams.items():
            for name, namespace in team.namespaces.items():
                place = self._namespace(team_name, name, namespace)
                role_bindings(scope, place, team_name, team)
        self._ready += mesh_exceptions(scope, environment, chart, self.made, self._after)
        if APPLICATIONS in releases:
            self._precede(releases[APPLICATIONS])

    def _namespace(self, team: str, name: str, settings: TeamNamespace) -> Place:
        labels = (
            settings.labels
            | mesh_labels(self._environment, settings)
            | pod_security_labels(settings.pod_security)
            | {TEAM_LABEL: team}
        )
        part = name.replace("-", "_")
        self.made[name] = made = NamespaceV1(
            self._scope,
            f"namespace_{part}",
            metadata=NamespaceV1Metadata(name=name, labels=labels),
            # Kubernetes deletes pods and claims first; a volume may take its time.
            timeouts=NamespaceV1Timeouts(delete="15m"),
            depends_on=self._after or None,
        )
        place = Place(made.metadata.name, part)
        self._ready += [
            resource_quota(self._scope, place, settings.quota),
            limit_range(self._scope, place, settings.container_defaults),
            *network_policies(self._scope, place, self._environment, settings),
        ]
        return place

    def _precede(self, applications: Release) -> None:
        """Each of these depends on its namespace, which therefore need not be named."""
        applications.depends_on = [*(applications.depends_on or []), *self._ready]
