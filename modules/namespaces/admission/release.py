"""The release with the policies of all teams."""

from collections.abc import Iterator
from typing import Final

from cdktf_cdktf_provider_helm.release import Release
from constructs import Construct

from config.environment import Environment
from modules.helm.contract import Manifest
from modules.helm.helm_release import objects_release
from modules.helm.metrics import metrics_on
from modules.namespaces.admission.alerts import alerts_policy
from modules.namespaces.admission.dashboards import dashboards_policy
from modules.namespaces.admission.hosts.policies import host_policies
from modules.namespaces.admission.kinds import kinds_policy
from modules.namespaces.admission.monitors import monitors_policy
from modules.namespaces.admission.pods import PODS
from modules.namespaces.admission.policy import ENFORCE, WARN, Policy
from modules.namespaces.admission.secrets import secrets_policy
from modules.namespaces.admission.services import services_policy

RELEASE: Final = "team-admission"

ACTIONS: Final = {"enforce": ENFORCE, "warn": WARN}
"""By `teams.<team>.admission`."""


def admission(scope: Construct, environment: Environment, chart: str) -> Release | None:
    """Makes the release; none without teams.

    Args:
        chart: path of our chart of custom resources.
    """
    objects = list(admission_policies(environment))
    if not objects:
        return None
    return objects_release(
        scope, name=RELEASE, namespace="kube-system", chart=chart, objects=objects
    )


def admission_policies(environment: Environment) -> Iterator[Manifest]:
    """The policies and their bindings."""
    for name, team in sorted(environment.teams.items()):
        policy = kinds_policy(environment, name, team)
        yield policy.manifest
        yield policy.binding([*team.namespaces], ACTIONS[team.admission])
    for policy in _shared(environment) if environment.teams else ():
        yield policy.manifest
        for admission_, actions in ACTIONS.items():
            teams = [team for team in environment.teams.values() if team.admission == admission_]
            if teams:
                yield policy.binding([each for team in teams for each in team.namespaces], actions)


def _shared(environment: Environment) -> Iterator[Policy]:
    """The policies of all teams."""
    yield PODS
    yield services_policy(environment)
    yield secrets_policy(environment)
    if metrics_on(environment):
        yield dashboards_policy(environment)
        yield monitors_policy(environment)
        yield alerts_policy(environment)
    yield from host_policies(environment)
