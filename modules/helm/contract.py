"""The contract of an add-on: data, and functions from configuration to data.

An add-on's file does not import CDKTF. So catalog, order, values and documentation can be read
without it, and a test of an add-on takes microseconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from config.addon_settings import AddonSettings, FurtherChart, ObjectsSettings
from config.environment import Environment
from config.problem import Path
from config.types.kubernetes import AddonName, PodSecurityLevel
from modules.helm.own_chart import OwnChart
from modules.helm.pod_role import PodRole, Policies
from modules.helm.references import ROLE, reference, role_arn_of
from modules.helm.traffic import PodTraffic
from modules.helm.workload import Workload

Values = dict[str, Any]
"""Values of a chart: plain data, in which text may contain a `reference(...)`."""

Manifest = dict[str, Any]
"""A Kubernetes object."""

PodSecurity = PodSecurityLevel

ROLE_ANNOTATION: Final = "eks.amazonaws.com/role-arn"
"""https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"""


@dataclass(frozen=True)
class Context:
    """What the values and resources of an add-on may use.

    Attributes:
        environment: the configuration.
        namespace: the namespace of the release.
        has_role: whether the add-on has an IAM role.
        vpc_id: the VPC.
    """

    environment: Environment
    namespace: str
    has_role: bool = False
    vpc_id: str = reference("cluster.vpc_id")

    def cluster(self, output: str) -> str:
        """A reference to an output of the cluster stack, for example `efs_file_system_id`.

        Args:
            output: the output's name; modules/cluster/outputs.py lists them.
        """
        return reference(f"cluster.{output}")

    def edge(self, output: str) -> str:
        """A reference to an output of the edge stack, for example `target_group_arns.https`.

        Args:
            output: the output's name, with the key of a map after a dot.
        """
        return reference(f"edge.{output}")

    @property
    def role_annotations(self) -> dict[str, str]:
        """Annotations of the add-on's service account: its role with IRSA, none otherwise."""
        return self._annotations(ROLE)

    def additional_role_annotations(self, account: str) -> dict[str, str]:
        """Annotations of one of the add-on's additional service accounts."""
        return self._annotations(role_arn_of(account))

    def _annotations(self, role: str) -> dict[str, str]:
        if self.has_role and self.environment.cluster.identity == "irsa":
            return {ROLE_ANNOTATION: reference(role)}
        return {}


@dataclass(frozen=True)
class Helm:
    """Options of Helm for a release.

    Attributes:
        wait: whether Helm waits until all resources are ready.
        atomic: whether a failed installation is rolled back. Helm then waits while it installs and
            upgrades, whatever `wait` is.
        wait_on_destroy: whether Helm waits until all resources are deleted. False needs `atomic`,
            because Terraform has one argument for both.
        take_ownership: whether Helm takes over objects that exist already.
        timeout_seconds: Helm's timeout.
        skip_crds: whether Helm skips the chart's `crds/`, because another release installs them.
        reason: why these options, for the documentation.
    """

    wait: bool = True
    atomic: bool = True
    wait_on_destroy: bool = True
    take_ownership: bool = False
    timeout_seconds: int = 600
    skip_crds: bool = False
    reason: str = (
        "Add-ons that require it need it running; a failed installation is rolled back, so that "
        "the next apply starts from scratch."
    )


def always(_: Environment) -> bool:
    """For every environment."""
    return True


def no_policies(_: Environment) -> Policies:
    """No AWS permissions."""
    return {}


def no_values(_: Context) -> Values:
    """No values."""
    return {}


def no_resources(_: Context) -> Sequence[Manifest]:
    """No custom resources."""
    return ()


def no_traffic(_: Context) -> Sequence[PodTraffic]:
    """No pods, or none in a namespace with network policies."""
    return ()


@dataclass(frozen=True)
class Addon:
    """An add-on.

    Attributes:
        name: name of its release and of its page in docs/addons, for example `cert-manager`.
        chart: its key among the charts of config/versions.yaml; empty for an add-on without one,
            whose release has its `resources` only.
        own_chart: where the chart is from, if the table has no row for it.
        id_prefix: the beginning of the construct ids of its releases, where others choose the name.
        namespace: default namespace, which its settings can replace.
        summary: what it does, in one or two sentences.
        values: values of the chart; the user's are merged into them.
        setting: key of the `platform` section with its settings, its name by default. Several
            add-ons may share one.
        further_chart: the setting below that key with version and values of its chart, where these
            are not those of the add-on itself.
        copy_of: the add-on of which it is a second release, with the same alerts and dashboards.
        own_namespace: whether the `namespace` of its settings is for another add-on only.
        accepts_values: whether the user's `values` are applied to it; false for a secondary release
            that shares the settings of another.
        requires: names of add-ons that are installed first. One that does not apply to the
            environment is skipped; one that its settings disable is an error.
        requirement_paths: the settings that require others, by the names of these; none where the
            project requires them.
        after: names of add-ons that are installed first where they are enabled; disabling them is
            not an error.
        eks_addons: EKS add-ons that it needs.
        serves_ingresses: whether it is an ingress controller. Releases with an Ingress are
            installed after it, because its webhook may check them, and so that they are served.
        install_first: whether all other add-ons but its own dependencies are installed after it,
            because it changes the pod network.
        applies: whether it is for an environment at all, apart from `enabled`.
        service_account: the service account with AWS permissions; empty for none.
        additional_service_accounts: service accounts with the same permissions, each with its own
            role.
        policies: these permissions. Without any there is no role.
        prerequisites: custom resources that it needs to start, whose CRDs `requires` install.
        resources: custom resources that are installed after it.
        resources_required: whether others that require it wait for these, too.
        dashboards: further objects that are installed after it, which fill its user interface. No
            other add-on waits for them.
        helm: options of its release.
        resources_helm: options of the releases of its custom resources.
        images: paths of values with image names, each with the image's path in a registry;
            `{registry}` is replaced by `platform.charts.image_registry`.
        pod_security: the Pod Security Standard that its pods need.
        namespace_labels: additional labels of their namespace.
        workloads: its pods, for the estimate of capacity.
        traffic: what its pods serve and call, for the network policies of its namespace.
        notes: further text of its page.
    """

    name: str
    chart: str
    namespace: str
    summary: str
    values: Callable[[Context], Values] = no_values
    own_chart: OwnChart | None = None
    id_prefix: str = ""
    setting: str = ""
    further_chart: str = ""
    copy_of: str = ""
    own_namespace: bool = False
    accepts_values: bool = True
    requires: tuple[str, ...] = ()
    requirement_paths: Mapping[str, Path] = field(default_factory=dict[str, Path])
    after: tuple[str, ...] = ()
    eks_addons: tuple[AddonName, ...] = ()
    serves_ingresses: bool = False
    install_first: bool = False
    applies: Callable[[Environment], bool] = always
    service_account: str = ""
    additional_service_accounts: tuple[str, ...] = ()
    policies: Callable[[Environment], Policies] = no_policies
    prerequisites: Callable[[Context], Sequence[Manifest]] = no_resources
    resources: Callable[[Context], Sequence[Manifest]] = no_resources
    resources_required: bool = True
    dashboards: Callable[[Context], Sequence[Manifest]] = no_resources
    helm: Helm = Helm()
    resources_helm: Helm = Helm(
        timeout_seconds=300,
        reason=(
            "On destroy Helm also waits until they are deleted, while their controller still runs."
        ),
    )
    images: Mapping[str, str] = field(default_factory=dict[str, str])
    pod_security: PodSecurity = "restricted"
    namespace_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    workloads: tuple[Workload, ...] = ()
    traffic: Callable[[Context], Sequence[PodTraffic]] = no_traffic
    notes: str = ""

    @property
    def predecessors(self) -> tuple[str, ...]:
        """Names of all add-ons that are installed first, where enabled."""
        return self.requires + self.after

    @property
    def settings_field(self) -> str:
        """The key of the `platform` section with its settings."""
        return self.setting or self.name.replace("-", "_")

    @property
    def title(self) -> str:
        """What it is, and its name."""
        return f"add-on {self.name}"

    @property
    def settings_path(self) -> Path:
        """The path of its settings."""
        return ("platform", self.settings_field)

    @property
    def chart_path(self) -> Path:
        """The path of the settings with version and values of its chart."""
        path = self.settings_path
        return (*path, self.further_chart) if self.further_chart else path

    def chart_settings(self, environment: Environment) -> AddonSettings | FurtherChart:
        """The settings with version and values of its chart.

        Raises:
            TypeError: it has no chart.
        """
        settings = environment.platform.addon(self.settings_field)
        if self.further_chart:
            return getattr(settings, self.further_chart)
        if isinstance(settings, ObjectsSettings):
            raise TypeError(f"add-on {self.name} has no chart")
        return settings

    def installed(self, environment: Environment) -> bool:
        """Whether it is installed in an environment."""
        return self.applies(environment) and self.enabled(environment)

    def enabled(self, environment: Environment) -> bool:
        """Whether its settings enable it."""
        return environment.platform.addon(self.settings_field).enabled

    def has_role(self, environment: Environment) -> bool:
        """Whether it has an IAM role in an environment."""
        return bool(self.service_account and self.policies(environment))

    def roles(self, environment: Environment) -> dict[str, PodRole]:
        """The roles of its service accounts, by the reference name of their ARN."""
        own = self._role(environment, self.name, self.service_account)
        further = {
            role_arn_of(account): self._role(environment, account, account)
            for account in self.additional_service_accounts
        }
        return {ROLE: own, **further}

    def _role(self, environment: Environment, name: str, account: str) -> PodRole:
        return PodRole(
            id=f"{name.replace('-', '_')}_role",
            name=f"{environment.cluster_name}-{name}",
            account=account,
            policies=self.policies(environment),
            given=environment.identity.roles.addons.get(name),
        )

    def namespace_in(self, environment: Environment) -> str:
        """The namespace of its release."""
        if self.own_namespace:
            return self.namespace
        return environment.platform.addon(self.settings_field).namespace or self.namespace
