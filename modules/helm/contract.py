"""The contract of an add-on: data, and functions from configuration to data.

An add-on's file imports nothing of CDKTF. So catalogue, order, values and documentation can be
read without it, and a test of an add-on takes microseconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from config.environment import Environment
from config.types.kubernetes import AddonName
from modules.helm.references import ROLE, reference, role_arn_of
from modules.helm.workload import Workload
from modules.identity.policy import Statement

Values = dict[str, Any]
"""Values of a chart: plain data, in which `reference(...)` may stand for text."""

Manifest = dict[str, Any]
"""A Kubernetes object."""

Policies = Mapping[str, Sequence[Statement]]
"""Statements by the part of the policy's name that follows the role's."""

PodSecurity = Literal["privileged", "baseline", "restricted"]
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/"""

ROLE_ANNOTATION: Final = "eks.amazonaws.com/role-arn"
"""https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"""


@dataclass(frozen=True)
class Context:
    """What values and resources may refer to.

    Attributes:
        environment: the configuration.
        namespace: the namespace that the add-on is installed in.
        has_role: whether the add-on has an IAM role.
        vpc_id: the VPC.
    """

    environment: Environment
    namespace: str
    has_role: bool = False
    vpc_id: str = reference("cluster.vpc_id")

    def cluster(self, output: str) -> str:
        """An output of the cluster stack, for example `efs_file_system_id`.

        Args:
            output: the output's name; modules/cluster/outputs.py lists them.
        """
        return reference(f"cluster.{output}")

    def edge(self, output: str) -> str:
        """An output of the edge stack, for example `target_group_arns.https`.

        Args:
            output: the output's name, with the key of a map after a dot.
        """
        return reference(f"edge.{output}")

    @property
    def role_annotations(self) -> dict[str, str]:
        """Annotations of the add-on's service account: its role with IRSA, none otherwise."""
        return self._annotations(ROLE)

    def additional_role_annotations(self, account: str) -> dict[str, str]:
        """Annotations of one of the add-on's further service accounts."""
        return self._annotations(role_arn_of(account))

    def _annotations(self, role: str) -> dict[str, str]:
        if self.has_role and self.environment.cluster.identity == "irsa":
            return {ROLE_ANNOTATION: reference(role)}
        return {}


@dataclass(frozen=True)
class Helm:
    """How Helm installs a release.

    Attributes:
        wait: whether it waits until everything runs.
        atomic: whether a failed installation is taken back, so that the next apply starts anew.
        timeout_seconds: how long it waits.
        skip_crds: whether it leaves out the chart's `crds/`, because another release brings them.
        reason: why these.
    """

    wait: bool = True
    atomic: bool = True
    timeout_seconds: int = 600
    skip_crds: bool = False
    reason: str = (
        "What requires it needs it running; a failed installation is taken back, so that the next "
        "apply starts from nothing."
    )


def always(_: Environment) -> bool:
    """Applies to every environment."""
    return True


def no_policies(_: Environment) -> Policies:
    """Needs no AWS permissions."""
    return {}


def no_resources(_: Context) -> Sequence[Manifest]:
    """Brings no custom resources."""
    return ()


@dataclass(frozen=True)
class Addon:
    """An add-on.

    Attributes:
        name: name of its release and of its page in the docs, for example `cert-manager`.
        chart: its key among the charts of config/versions.yaml.
        namespace: where it is installed unless the settings say otherwise.
        summary: what it does, in a sentence or two.
        values: values of the chart; the user's are merged over them.
        setting: the field of the `platform` section with its settings; its name by default.
            Several add-ons may share one.
        accepts_values: whether the user's `values` are its own; false for the lesser release of two
            that share their settings.
        requires: names of add-ons that come first. Those that do not apply to an environment are
            not missed in it; those that its settings switch off are.
        after: names of add-ons that come first as well where they are, and are not missed where
            settings switch them off.
        eks_addons: EKS add-ons without which it does not do its work.
        install_first: whether every other add-on comes after it, because it changes how pods are
            connected. What it requires itself does not.
        applies: whether an environment has it at all, its `enabled` aside.
        service_account: the service account with its AWS permissions; empty for none.
        additional_service_accounts: service accounts with the same permissions, each with its own
            role.
        policies: these permissions. Where an environment leaves none, there is no role.
        prerequisites: custom resources that it needs to start, of kinds that `requires` bring.
        resources: custom resources that come after it.
        helm: how it is installed.
        resources_helm: how its custom resources are.
        images: values that name images, each with the image's path in a registry; `{registry}`
            stands for `platform.charts.image_registry`.
        pod_security: what its pods need of their namespace.
        namespace_labels: further labels of their namespace.
        workloads: its pods, for the reckoning of capacity.
        notes: what else its page has to say.
    """

    name: str
    chart: str
    namespace: str
    summary: str
    values: Callable[[Context], Values]
    setting: str = ""
    accepts_values: bool = True
    requires: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    eks_addons: tuple[AddonName, ...] = ()
    install_first: bool = False
    applies: Callable[[Environment], bool] = always
    service_account: str = ""
    additional_service_accounts: tuple[str, ...] = ()
    policies: Callable[[Environment], Policies] = no_policies
    prerequisites: Callable[[Context], Sequence[Manifest]] = no_resources
    resources: Callable[[Context], Sequence[Manifest]] = no_resources
    helm: Helm = Helm()
    resources_helm: Helm = Helm(
        timeout_seconds=300,
        reason="Helm waits for their removal as well, while what handles them still runs.",
    )
    images: Mapping[str, str] = field(default_factory=dict[str, str])
    pod_security: PodSecurity = "restricted"
    namespace_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    workloads: tuple[Workload, ...] = ()
    notes: str = ""

    @property
    def predecessors(self) -> tuple[str, ...]:
        """Names of all add-ons that come first where they are."""
        return self.requires + self.after

    @property
    def settings_field(self) -> str:
        """The field of the `platform` section with its settings."""
        return self.setting or self.name.replace("-", "_")

    def installed(self, environment: Environment) -> bool:
        """Whether an environment has it."""
        return self.applies(environment) and self.enabled(environment)

    def enabled(self, environment: Environment) -> bool:
        """Whether its settings leave it switched on."""
        return environment.platform.addon(self.settings_field).enabled

    def has_role(self, environment: Environment) -> bool:
        """Whether it has an IAM role in an environment."""
        return bool(self.service_account and self.policies(environment))

    def namespace_in(self, environment: Environment) -> str:
        """The namespace that it is installed in."""
        return environment.platform.addon(self.settings_field).namespace or self.namespace
