"""ServiceMonitors and PodMonitors of teams: their own pods, and no file of Prometheus.

Sources: https://prometheus-operator.dev/docs/api-reference/api/ and
https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
"""

from typing import Final

from config.environment import Environment
from modules.namespaces.admission.policy import Condition, Matched, Policy
from modules.namespaces.admission.requesters import CHANGED, all_but_administrators

GROUP: Final = "monitoring.coreos.com"

FILES: Final = ("caFile", "certFile", "keyFile")
"""Of `tlsConfig`."""

ELSEWHERE: Final = ("proxyUrl", "proxyFromEnvironment", "oauth2")
"""With each of them Prometheus sends requests to an address in the monitor."""


def monitors_policy(environment: Environment) -> Policy:
    """The policy. Credentials in Secrets of the same namespace are allowed."""
    files = " && ".join(f"!has(each.tlsConfig.{name})" for name in FILES)
    elsewhere = " && ".join(f"!has(each.{name})" for name in ELSEWHERE)
    label = "(!has(rule.targetLabel) || (!rule.targetLabel.contains('$') && "
    label += "(!rule.targetLabel.startsWith('__') || rule.targetLabel.startsWith('__tmp'))))"
    action = "(!has(rule.action) || rule.action.lowerAscii() != 'labelmap')"
    return Policy(
        "monitors",
        matched=(Matched(GROUP, ("podmonitors", "servicemonitors")),),
        conditions=(CHANGED, *all_but_administrators(environment)),
        variables=(
            ("spec", "dyn(object).spec"),
            (
                "endpoints",
                "has(variables.spec.endpoints) ? variables.spec.endpoints : "
                "has(variables.spec.podMetricsEndpoints) ? variables.spec.podMetricsEndpoints : []",
            ),
        ),
        checks=(
            Condition(
                "!has(variables.spec.namespaceSelector) || "
                "((!has(variables.spec.namespaceSelector.any) || "
                "!variables.spec.namespaceSelector.any) && "
                "(!has(variables.spec.namespaceSelector.matchNames) || "
                "variables.spec.namespaceSelector.matchNames.all(each, "
                "each == object.metadata.namespace)))",
                "namespaceSelector must name no other namespace",
            ),
            Condition(
                "variables.endpoints.all(each, (!has(each.bearerTokenFile) || "
                f"each.bearerTokenFile == '') && (!has(each.tlsConfig) || ({files})))",
                "bearerTokenFile and the files of tlsConfig must not be set: they are read in the "
                "pod of Prometheus. Refer to Secrets instead",
            ),
            Condition(
                f"variables.endpoints.all(each, {elsewhere})",
                f"{', '.join(ELSEWHERE)} must not be set: Prometheus would send requests to "
                "another address",
            ),
            Condition(
                "variables.endpoints.all(each, !has(each.relabelings) || "
                f"each.relabelings.all(rule, {label} && {action}))",
                "relabelings must not set labels that begin with __, such as __address__, other "
                "than __tmp, and have no action labelmap: Prometheus would scrape another address",
            ),
        ),
    )
