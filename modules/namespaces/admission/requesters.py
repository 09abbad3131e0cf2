"""Whom a policy is about: conditions on the user of a request.

Members of teams have no common mark: a team's administrator may bind its roles to any user. So a
policy is about everyone but those who are known to be no member: the control plane, controllers of
other namespaces, and administrators. Argo CD is a controller and an administrator that acts for
the teams: it is treated as one of them, and so is the Argo CD of a hub that manages this cluster.
"""

from typing import Final

from config.derived import fleet
from config.environment import Environment
from modules.addons.argo_cd.addon import ADDON as ARGO_CD
from modules.namespaces.admission.policy import cel_list

_USER: Final = "request.userInfo.username"

_ACCOUNT: Final = f"{_USER}.startsWith('system:serviceaccount:')"

CHANGED: Final = ("changed", "oldObject == null || object.spec != oldObject.spec")
"""An object as it was before stays: a controller must be able to remove the finalizer of one that
an earlier version admitted."""

_ADMINISTRATOR: Final = (
    "authorizer.group('admissionregistration.k8s.io')"
    ".resource('validatingadmissionpolicies').check('update').allowed()"
)
"""Who may change policies is not bound by them. Groups would not say it: administrators by an
access policy of EKS have none."""


def members(environment: Environment) -> tuple[tuple[str, str], ...]:
    """The request is one of a member of a team, or of Argo CD for one."""
    control_plane = (
        f"!{_USER}.startsWith('eks:') && (!{_USER}.startsWith('system:') || {_ACCOUNT} || "
        f"{_USER} == 'system:anonymous')"
    )
    return (
        ("not-the-control-plane", control_plane),
        ("not-a-controller", f"!{_ACCOUNT} || {_of_teams(environment)}"),
        ("not-an-administrator", f"{_ACCOUNT} || {_by_the_hub(environment)}!{_ADMINISTRATOR}"),
    )


def all_but_administrators(environment: Environment) -> tuple[tuple[str, str], ...]:
    """The request is not one of an administrator.

    Controllers are included: some make objects as a team's object tells them to.
    """
    of_teams = f"({_ACCOUNT} && {_of_teams(environment)})"
    hub = _by_the_hub(environment)
    return (("not-an-administrator", f"{of_teams} || {hub}!{_ADMINISTRATOR}"),)


def by_argo_cd(environment: Environment) -> str:
    """Whether the request is one of Argo CD, here or in the hub."""
    account = f"{_USER}.startsWith('system:serviceaccount:{ARGO_CD.namespace_in(environment)}:')"
    hub = _by_the_hub(environment)
    return f"({hub}{account})" if hub else account


def _by_the_hub(environment: Environment) -> str:
    """The beginning of an `or`: the request is one of the hub's Argo CD. Empty without a hub.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/set-custom-username.html
    """
    if fleet.hub_of_spoke(environment) is None:
        return ""
    sessions = f"arn:{environment.partition}:sts::{environment.account}:assumed-role"
    return f"{_USER}.startsWith('{sessions}/{fleet.spoke_role_name(environment)}/') || "


def _of_teams(environment: Environment) -> str:
    """Whether a service account is in a namespace of a team or of Argo CD."""
    namespaces = {name for team in environment.teams.values() for name in team.namespaces}
    namespaces.add(ARGO_CD.namespace_in(environment))
    return f"{_USER}.split(':')[2] in {cel_list(sorted(namespaces))}"
