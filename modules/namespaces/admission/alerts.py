"""Alerts of teams: none of the platform's names, and no message by the role of Alertmanager."""

from config.environment import Environment
from modules.addons.monitoring.alertmanager import HEARTBEAT, INFORMATIVE, REPORT_ALERT
from modules.namespaces.admission.monitors import GROUP
from modules.namespaces.admission.policy import Condition, Matched, Policy, cel_list
from modules.namespaces.admission.requesters import CHANGED, all_but_administrators


def alerts_policy(environment: Environment) -> Policy:
    """The policy. Prometheus itself adds the namespace to alerts and to what they read."""
    reserved = (HEARTBEAT, INFORMATIVE, REPORT_ALERT)
    return Policy(
        "alerts",
        matched=(Matched(GROUP, ("alertmanagerconfigs", "prometheusrules")),),
        conditions=(CHANGED, *all_but_administrators(environment)),
        variables=(("spec", "dyn(object).spec"),),
        checks=(
            Condition(
                "!has(variables.spec.groups) || variables.spec.groups.all(group, "
                "!has(group.rules) || group.rules.all(rule, !has(rule.alert) || "
                f"!(rule.alert in {cel_list(reserved)})))",
                f"{', '.join(reserved)} are alerts of the platform, with receivers of their own",
            ),
            Condition(
                "!has(variables.spec.receivers) || variables.spec.receivers.all(each, "
                "!has(each.snsConfigs) || each.snsConfigs.size() == 0)",
                "snsConfigs must be empty: Alertmanager would publish with its own role",
            ),
        ),
    )
