"""Secrets of teams: no tokens of service accounts, which never expire."""

from config.environment import Environment
from modules.namespaces.admission.policy import CREATE, Condition, Matched, Policy
from modules.namespaces.admission.requesters import all_but_administrators


def secrets_policy(environment: Environment) -> Policy:
    """The policy. External Secrets is bound by it, because an ExternalSecret sets the type."""
    return Policy(
        "secrets",
        matched=(Matched("", ("secrets",), (CREATE,)),),
        conditions=all_but_administrators(environment),
        checks=(
            Condition(
                "!has(object.type) || object.type != 'kubernetes.io/service-account-token'",
                "type must not be kubernetes.io/service-account-token: such a token never expires. "
                "Pods get tokens of their own",
            ),
        ),
    )
