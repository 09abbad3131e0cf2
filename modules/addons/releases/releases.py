"""Releases of charts of one's own, as add-ons (L5).

The renderer makes them as it makes add-ons: namespace, Pod Security, network policies, roles,
order. So they are removed in the right order, too, and come from a mirror or a folder where the
charts of add-ons do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.addons.releases import ReleaseRole, ReleaseSettings, ReleaseTraffic
from config.derived.workloads import release_roles
from config.environment import Environment
from config.problem import Path
from modules.helm.contract import ROLE_ANNOTATION, Addon, Context, Helm, Values
from modules.helm.own_chart import OwnChart
from modules.helm.pod_role import PodRole
from modules.helm.references import reference, role_arn_of
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traffic import Call, PodTraffic, tcp
from modules.identity.permissions import statements_of
from modules.merge import merged, nested

KEY: Final = "releases"

ALWAYS_BEFORE: Final = (FOR_SERVICES, FOR_NODES, FOR_MONITORS)
"""Where they are installed: a chart may have Services, pods and monitors."""


@dataclass(frozen=True)
class OwnRelease(Addon):
    """An add-on that the configuration describes."""

    @property
    def title(self) -> str:
        """What it is, and its name."""
        return f"release {self.name}"

    @property
    def settings_path(self) -> Path:
        """The path of its settings."""
        return ("platform", KEY, self.name)

    def enabled(self, environment: Environment) -> bool:
        """Whether its settings enable it."""
        return environment.platform.releases[self.name].enabled

    def namespace_in(self, environment: Environment) -> str:
        """The namespace of its release."""
        return environment.platform.releases[self.name].namespace or self.name

    def has_role(self, environment: Environment) -> bool:
        """Whether one of its service accounts has an IAM role."""
        return bool(environment.platform.releases[self.name].roles)

    def roles(self, environment: Environment) -> dict[str, PodRole]:
        """The roles of its service accounts, by the reference name of their ARN."""
        return {
            role_arn_of(role.service_account): PodRole(
                id=f"{role.id}_role",
                name=role.name,
                account=role.service_account,
                policies=statements_of(role.permissions),
                policy_arns=role.permissions.policy_arns,
                target_role_arn=role.permissions.target_role_arn,
            )
            for role in release_roles(environment)
            if role.path[: len(self.settings_path)] == self.settings_path
        }


def own_releases(environment: Environment) -> tuple[OwnRelease, ...]:
    """The releases of an environment, those that are off included."""
    return tuple(
        _release(name, settings) for name, settings in environment.platform.releases.items()
    )


def _release(name: str, settings: ReleaseSettings) -> OwnRelease:
    own = None
    if settings.repository is not None and settings.version is not None:
        own = OwnChart(settings.repository, settings.version)
    return OwnRelease(
        name=name,
        chart=(settings.chart or name) if own else "",
        namespace=settings.namespace or name,
        summary="A release of this environment's own.",
        setting=KEY,
        own_chart=own,
        id_prefix="release_",
        values=lambda context: _values(context, settings),
        accepts_values=False,
        requires=tuple(each for each in settings.needs if each != name),
        requirement_paths={
            each: ("platform", KEY, name, "needs", index)
            for index, each in enumerate(settings.needs)
        },
        after=ALWAYS_BEFORE,
        resources=lambda _: settings.objects,
        helm=Helm(timeout_seconds=settings.timeout_minutes * 60, skip_crds=settings.skip_crds),
        pod_security=settings.pod_security,
        traffic=lambda _: tuple(_traffic(name, settings.traffic)),
    )


def _values(context: Context, settings: ReleaseSettings) -> Values:
    """The values that the configuration says, and with IRSA the roles of service accounts."""
    values: Values = {}
    if context.environment.cluster.identity == "irsa":
        for account, role in settings.roles.items():
            values = merged(values, _annotations(account, role))
    return merged(values, settings.values)


def _annotations(account: str, role: ReleaseRole) -> Values:
    if role.annotations is None:
        return {}
    return nested(role.annotations, {ROLE_ANNOTATION: reference(role_arn_of(account))})


def _traffic(release: str, groups: dict[str, ReleaseTraffic]) -> Iterator[PodTraffic]:
    within = tuple(Call(release, each, ()) for each in groups)
    for name, group in groups.items():
        yield PodTraffic(
            name,
            group.labels,
            api=group.kubernetes_api,
            aws=group.aws,
            outside=tcp(*group.servers),
            calls=within if group.same_namespace else (),
            webhooks=tuple(group.from_kubernetes_api),
            metrics=tuple(group.from_monitoring),
            backends=tuple(group.from_ingress),
            open=tuple(group.from_everywhere),
        )
