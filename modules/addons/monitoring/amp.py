"""Remote write to Amazon Managed Service for Prometheus, and its data source of Grafana (L11).

Prometheus writes with a role of its service account, and Grafana queries with one of its own.
Alerts and recording rules stay with Prometheus, whose Alertmanager has the receivers.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from config import versions
from config.derived import amp, names
from config.environment import Environment
from modules.helm.contract import Context
from modules.helm.pod_role import PodRole
from modules.helm.references import reference, role_arn_of
from modules.identity.policy import Statement
from modules.identity.service_names import endpoint, via_services

PROMETHEUS: Final = "kube-prometheus-stack-prometheus"
"""The service account of Prometheus, which the chart names after its release."""

GRAFANA: Final = "kube-prometheus-stack-grafana"
"""That of Grafana."""

PLUGIN: Final = "grafana-amazonprometheus-datasource"
"""The data source with AWS Signature Version 4, which that of Prometheus has no more.
https://grafana.com/docs/grafana/latest/datasources/prometheus/configure/aws-authentication/"""

REPLICA: Final = "__replica__"
"""The label by which the workspace tells replicas apart. It accepts the samples of one of them, and
of another one where that ends.
https://docs.aws.amazon.com/prometheus/latest/userguide/Send-high-availability-data.html"""

ROLE_ANNOTATION: Final = "platform/aws-role"
"""Annotation of pods with the name of their role. Pods get credentials when they start, so that a
new role has to make new pods."""

UID: Final = "amp"
"""The uid among the data sources of Grafana."""


def roles(environment: Environment) -> Iterator[PodRole]:
    """The roles of Prometheus and Grafana."""
    if not amp.writes(environment):
        return
    write = Statement("Write", ["aps:RemoteWrite"], [_arn(environment)])
    yield _role(environment, "prometheus", PROMETHEUS, "write", write)
    if amp.has_data_source(environment):
        actions = ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"]
        query = Statement("Query", actions, [_arn(environment)])
        yield _role(environment, "grafana", GRAFANA, "query", query)


def role_references(environment: Environment) -> dict[str, PodRole]:
    """The roles by the reference name of their ARN."""
    return {role_arn_of(role.account): role for role in roles(environment)}


def _role(
    environment: Environment, name: str, account: str, part: str, statement: Statement
) -> PodRole:
    return PodRole(
        id=f"{name}_amp_role",
        name=f"{environment.cluster_name}-{name}-amp",
        account=account,
        policies={part: (statement, _key(environment))},
    )


def _key(environment: Environment) -> Statement:
    """The use of the workspace's key through the service, for which it asks as the caller.

    The key of a workspace that exists is not known: there its own policy decides.
    Source: https://docs.aws.amazon.com/prometheus/latest/userguide/encryption-at-rest-Amazon-Service-Prometheus.html
    """
    partition, region = environment.partition, amp.region(environment)
    given = environment.platform.monitoring.amp.kms_key
    conditions: dict[str, dict[str, str | Sequence[str]]] = {
        "StringEquals": {"kms:ViaService": via_services(partition, region, "aps")}
    }
    if given is None and amp.creates_workspace(environment):
        alias = names.amp_key_alias(environment)
        conditions["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": alias}
    return Statement(
        "Key",
        ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
        [given or f"arn:{partition}:kms:{region}:{amp.account(environment)}:key/*"],
        conditions=conditions,
    )


def pod_annotations(environment: Environment, account: str) -> dict[str, str]:
    """Annotations of the pods of a service account; none without a role."""
    for role in roles(environment):
        if role.account == account:
            return {ROLE_ANNOTATION: names.role(environment, role.name)}
    return {}


def service_account(context: Context, account: str) -> dict[str, Any]:
    """Values that give a service account its role with IRSA; none otherwise."""
    if not pod_annotations(context.environment, account):
        return {}
    annotations = context.additional_role_annotations(account)
    return {"serviceAccount": {"annotations": annotations}} if annotations else {}


def prometheus_spec(environment: Environment) -> dict[str, Any]:
    """Values of `prometheusSpec`; none without a workspace.

    Sources: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.RemoteWriteSpec,
    https://docs.aws.amazon.com/prometheus/latest/userguide/Send-high-availability-data-operator.html
    """
    if not amp.writes(environment):
        return {}
    queue = environment.platform.monitoring.amp.queue
    return {
        "podMetadata": {"annotations": pod_annotations(environment, PROMETHEUS)},
        "replicaExternalLabelName": REPLICA,
        "remoteWrite": [
            {
                "name": "amp",
                "url": f"{_endpoint(environment)}api/v1/remote_write",
                "sigv4": {"region": amp.region(environment)},
                "queueConfig": {
                    "capacity": queue.capacity,
                    "maxSamplesPerSend": queue.max_samples_per_send,
                    "maxShards": queue.max_shards,
                },
                **_kept(environment),
            }
        ],
    }


def _kept(environment: Environment) -> dict[str, Any]:
    """The list of metrics to write; Prometheus matches the whole name."""
    metrics = environment.platform.monitoring.amp.metrics
    if not metrics:
        return {}
    regex = "|".join(metric.replace("*", ".*") for metric in metrics)
    rule = {"action": "keep", "sourceLabels": ["__name__"], "regex": regex}
    return {"writeRelabelConfigs": [rule]}


def labels(environment: Environment) -> dict[str, str]:
    """External labels besides those of every environment: several may share a workspace."""
    return {"region": environment.region} if amp.writes(environment) else {}


def grafana_values(environment: Environment) -> dict[str, Any]:
    """Values of Grafana, its `grafana.ini` excepted; none without the data source."""
    if not amp.has_data_source(environment):
        return {}
    settings = environment.platform.monitoring
    version = versions.table().plugins[PLUGIN].version
    url = settings.amp.data_source.plugin_url
    return {
        "podAnnotations": pod_annotations(environment, GRAFANA),
        "plugins": [f"{PLUGIN}@{version}@{url}" if url else f"{PLUGIN}@{version}"],
        "additionalDataSources": [
            {
                "name": "Amazon Managed Prometheus",
                "uid": UID,
                "type": PLUGIN,
                "access": "proxy",
                "editable": False,
                "url": _endpoint(environment),
                "jsonData": {
                    "httpMethod": "POST",
                    "sigV4Auth": True,
                    "sigV4AuthType": "default",
                    "sigV4Region": amp.region(environment),
                    "timeInterval": settings.prometheus.scrape_interval,
                },
            }
        ],
    }


def grafana_ini(environment: Environment) -> dict[str, Any]:
    """What `grafana.ini` needs for it."""
    return {"auth": {"sigv4_auth_enabled": True}} if amp.has_data_source(environment) else {}


def _arn(environment: Environment) -> str:
    return amp.given_arn(environment) or reference(f"network.{amp.WORKSPACE_ARN}")


def _endpoint(environment: Environment) -> str:
    """The address of the workspace, which ends in a slash.

    Source: https://docs.aws.amazon.com/general/latest/gr/prometheus-service.html
    """
    arn = amp.given_arn(environment)
    if arn is None:
        return reference(f"network.{amp.ENDPOINT}")
    host = endpoint(environment.partition, amp.region(environment), "aps-workspaces")
    return f"https://{host}/workspaces/{arn.rpartition('/')[2]}/"
