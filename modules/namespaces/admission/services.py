"""Services of teams: no addresses of others."""

from config.environment import Environment
from modules.namespaces.admission.policy import Condition, Matched, Policy
from modules.namespaces.admission.requesters import CHANGED, all_but_administrators


def services_policy(environment: Environment) -> Policy:
    """The policy. Node ports and load balancers are limited by the quota.

    Sources: https://github.com/kubernetes/kubernetes/issues/97076 (externalIPs) and
    https://github.com/kubernetes/kubernetes/issues/103675 (ExternalName)
    """
    return Policy(
        "services",
        matched=(Matched("", ("services",)),),
        conditions=(CHANGED, *all_but_administrators(environment)),
        checks=(
            Condition(
                "!has(object.spec.externalIPs) || object.spec.externalIPs.size() == 0",
                "externalIPs must be empty: every node would send the traffic of these addresses "
                "to this Service",
            ),
            Condition(
                "!has(object.spec.type) || object.spec.type != 'ExternalName'",
                "type must not be ExternalName: the ingress controller would connect to other "
                "namespaces for the team. Pods can use the name itself",
            ),
        ),
    )
