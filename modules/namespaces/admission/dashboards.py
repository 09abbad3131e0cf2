"""Dashboards of teams: in a folder of their own, and no other files of Grafana."""

from typing import Final

from config.environment import Environment
from modules.helm.metrics import DASHBOARD_FOLDER, DASHBOARD_LABELS, DATA_SOURCE_LABELS
from modules.namespaces.admission.policy import Condition, Matched, Policy
from modules.namespaces.admission.requesters import all_but_administrators

URL: Final = ".url"
"""Grafana's sidecar requests the address in a key with this ending.
https://github.com/kiwigrid/k8s-sidecar#configuration-environment-variables"""


def dashboards_policy(environment: Environment) -> Policy:
    """The policy."""
    (label,), (source,) = DASHBOARD_LABELS, DATA_SOURCE_LABELS
    is_dashboard = f"('{label}' in variables.labels)"
    namespace = "object.metadata.namespace"
    return Policy(
        "dashboards",
        matched=(Matched("", ("configmaps", "secrets")),),
        conditions=(
            ("labelled", "has(object.metadata.labels)"),
            *all_but_administrators(environment),
        ),
        variables=(
            ("labels", "object.metadata.labels"),
            (
                "folder",
                "has(object.metadata.annotations) && "
                f"'{DASHBOARD_FOLDER}' in object.metadata.annotations ? "
                f"object.metadata.annotations['{DASHBOARD_FOLDER}'] : ''",
            ),
        ),
        checks=(
            Condition(
                f"!('{source}' in variables.labels)",
                f"the label {source} is the platform's: data sources of Grafana can read files "
                "of its pod",
            ),
            Condition(
                f"!{is_dashboard} || variables.folder == {namespace} || "
                f"(variables.folder.startsWith({namespace} + '/') && "
                "!variables.folder.contains('..'))",
                f"'a dashboard needs the annotation {DASHBOARD_FOLDER}: ' + {namespace} + "
                "', or a folder below it'",
                computed=True,
            ),
            Condition(
                f"!{is_dashboard} || !has(object.data) || "
                f"object.data.all(key, !key.endsWith('{URL}'))",
                f"keys of a dashboard must not end with {URL}: Grafana's sidecar would request "
                "the address",
            ),
            Condition(
                f"!{is_dashboard} || !has(dyn(object).binaryData) || "
                f"dyn(object).binaryData.all(key, !key.endsWith('{URL}'))",
                f"keys of a dashboard must not end with {URL}: Grafana's sidecar would request "
                "the address",
            ),
        ),
    )
