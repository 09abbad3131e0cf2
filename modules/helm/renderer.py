"""Renders planned releases to Terraform resources."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_helm.release import Release
from constructs import Construct

from config.environment import Environment
from modules.helm.addon_namespaces import AddonNamespaces
from modules.helm.archives import archives
from modules.helm.contract import Addon
from modules.helm.custom_resources import CustomResourceChart, archive_path
from modules.helm.helm_release import (
    ChartSource,
    helm_release,
    objects_release,
    values_json,
)
from modules.helm.network_policies import RELEASE, network_policies
from modules.helm.pod_role import Policies
from modules.helm.references import substitute
from modules.helm.releases import PlannedRelease
from modules.identity.pod_identity import ClusterIdentity, ServiceAccount, ServiceAccountRole
from modules.identity.remote_cluster import remote_identity
from modules.remote_state import RemoteOutputs


class AddonReleases:
    """The add-ons of an environment as Helm releases, with their namespaces and IAM roles.

    Terraform installs them in the order of `requires` and removes them in reverse.

    Attributes:
        releases: the releases by name.
        namespaces: their namespaces by name.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        outputs: RemoteOutputs,
        *,
        plan: Sequence[PlannedRelease],
        depends_on: Sequence[ITerraformDependable] = (),
        chart: CustomResourceChart | None = None,
    ) -> None:
        """Makes namespaces, roles and releases.

        Args:
            depends_on: what all releases depend on.
            chart: our chart of custom resources, if the stack has it already.

        Raises:
            LimitError: a name or a policy is longer than Helm or AWS allows.
            MissingArchivesError: charts come from a folder, which lacks some.
        """
        self._archives = archives(environment, plan)
        self._scope, self._environment, self._outputs = scope, environment, outputs
        self._depends_on, self._chart = depends_on, chart
        self.namespaces = AddonNamespaces(scope, plan, auto_mode=environment.cluster.auto_mode)
        self._policies = self._network_policies(plan)
        self.releases: dict[str, Release] = {}
        for release in plan:
            roles = self._roles(release.addon) if release.uses_role else {}
            self.releases[release.name] = self._release(release, roles)

    @cached_property
    def _identity(self) -> ClusterIdentity:
        return remote_identity(self._environment, self._outputs)

    @cached_property
    def chart(self) -> CustomResourceChart:
        """Our chart of custom resources, once in the stack."""
        return self._chart or CustomResourceChart(self._scope)

    def _network_policies(self, plan: Sequence[PlannedRelease]) -> dict[str, Release]:
        """The network policies, by namespace, in one release, before any pod is there."""
        made = network_policies(self._environment, plan)
        if not made:
            return {}
        release = objects_release(
            self._scope,
            name=RELEASE,
            namespace="kube-system",
            chart=self.chart.path,
            objects=[each for policies in made.values() for each in policies],
            depends_on=[self.namespaces.made[name] for name in made],
        )
        return dict.fromkeys(made, release)

    def _roles(self, addon: Addon) -> dict[str, ServiceAccountRole]:
        """The roles of an add-on's service accounts, by the reference name of their ARN."""
        namespace = addon.namespace_in(self._environment)
        return {
            name: ServiceAccountRole(
                self._scope,
                role.id,
                self._environment,
                cluster=self._identity,
                service_account=ServiceAccount(namespace, role.account),
                name=role.name,
                given=role.given,
                policy_arns=role.policy_arns,
                policies=self._resolved(role.policies),
                target_role_arn=role.target_role_arn,
            )
            for name, role in addon.roles(self._environment).items()
        }

    def _resolved(self, policies: Policies) -> Policies:
        """Policies with references in resources resolved to Terraform tokens."""
        return {
            part: [
                replace(
                    each, resources=[substitute(arn, self._outputs.get) for arn in each.resources]
                )
                for each in statements
            ]
            for part, statements in policies.items()
        }

    def _release(self, release: PlannedRelease, roles: Mapping[str, ServiceAccountRole]) -> Release:
        policies = self._policies.get(release.namespace)
        return helm_release(
            self._scope,
            id_=release.id,
            name=release.name,
            namespace=release.namespace,
            **self._source(release),
            values=self._text(release, roles),
            helm=release.helm,
            depends_on=[
                *self._depends_on,
                *self.namespaces.ready(release.namespace),
                *([policies] if policies else []),
                *(ready for role in roles.values() for ready in role.ready),
                *(self.releases[name] for name in release.requires),
            ],
        )

    def _source(self, release: PlannedRelease) -> ChartSource:
        """Where Helm finds the chart; a path says everything about it."""
        if release.repository is None:
            return {"chart": self.chart.path}
        archive = self._archives.get(release.name)
        if archive is not None:
            return {"chart": archive_path(self._scope, release.id, archive)}
        return {
            "chart": release.chart,
            "repository": release.repository,
            "version": release.version,
        }

    def _text(self, release: PlannedRelease, roles: Mapping[str, ServiceAccountRole]) -> str:
        """The values with references resolved to Terraform tokens."""

        def resolve(name: str) -> str:
            return roles[name].arn if name in roles else self._outputs.get(name)

        return substitute(values_json(release.values), resolve)
