"""A policy for each team: the kinds that it may have (`teams.<team>.allow`)."""

from typing import Final

from config.derived.team_kinds import allowed_kinds
from config.environment import Environment
from config.sections.teams import Team
from modules.namespaces.admission.policy import CREATE, DELETE, Condition, Matched, Policy, cel_list
from modules.namespaces.admission.requesters import by_argo_cd, members

RBAC: Final = "rbac.authorization.k8s.io"

ALL: Final = Matched("*", ("*",))

TOKENS: Final = Matched("", ("serviceaccounts/token",), (CREATE,))
"""Tokens of service accounts, whose kind is authentication.k8s.io/TokenRequest: they stay valid
after their owner has lost access. Nodes request those of pods."""

PLATFORMS: Final = (
    Matched("", ("limitranges", "resourcequotas"), (DELETE,)),
    Matched("networking.k8s.io", ("networkpolicies",), (DELETE,)),
    Matched("security.istio.io", ("peerauthentications",), (DELETE,)),
    Matched("vpcresources.k8s.aws", ("securitygrouppolicies",), (DELETE,)),
)
"""What the platform itself has in namespaces of teams, which a team must not delete either. Objects
of other kinds that a team may not have can be deleted."""

REVIEWS: Final = Matched("authorization.k8s.io", ("localsubjectaccessreviews",), (CREATE,))
"""Questions, which are never stored."""


def kinds_policy(environment: Environment, name: str, team: Team) -> Policy:
    """The policy of a team.

    Roles and their bindings are left to Kubernetes, which lets a user grant no more than the user
    has; not so for Argo CD, which has everything.
    """
    allowed = cel_list(allowed_kinds(environment, team))
    roles = f"(request.kind.group == '{RBAC}' && !{by_argo_cd(environment)})"
    return Policy(
        f"kinds-{name}",
        matched=(ALL, TOKENS, *PLATFORMS),
        excluded=(REVIEWS,),
        conditions=members(environment),
        variables=(
            (
                "kind",
                "request.kind.group == '' ? request.kind.kind : "
                "request.kind.group + '/' + request.kind.kind",
            ),
        ),
        checks=(
            Condition(
                f"[variables.kind, request.kind.group + '/*'].exists(each, each in {allowed}) || "
                f"{roles}",
                f"'team {name} may not have ' + variables.kind + '; teams.{name}.allow of the "
                "platform lists what it may have'",
                computed=True,
            ),
        ),
    )
