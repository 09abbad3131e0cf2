"""Reports of availability, capacity, backups, alerts and cost (I2)."""

from collections.abc import Sequence
from typing import Final

from config.derived import names
from config.environment import Environment
from modules.addons.reports.objects import LABELS, NAME, objects
from modules.addons.reports.program_settings import (
    ALERTMANAGER_PORT,
    GRAFANA_PORT,
    PROMETHEUS_PORT,
)
from modules.helm.cluster_secrets import referenced_secrets
from modules.helm.contract import Addon, Context, Helm, Manifest, Policies
from modules.helm.traffic import Call, PodTraffic, tcp
from modules.identity.policy import Statement
from modules.identity.service_names import via_services


def reports_on(environment: Environment) -> bool:
    """Whether reports are made."""
    return environment.platform.reports.enabled


def _secrets(context: Context) -> Sequence[Manifest]:
    """The Secret with the token for Grafana; none without pictures."""
    return referenced_secrets(context.environment, "reports", context.namespace)


def _policies(environment: Environment) -> Policies:
    """Permission to store reports of this cluster, with the key of the bucket.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    partition, region, account = environment.partition, environment.region, environment.account
    bucket = f"arn:{partition}:s3:::{names.reports(environment).bucket}"
    return {
        "reports": (
            Statement("Store", ["s3:PutObject"], [f"{bucket}/{environment.cluster_name}/*"]),
            Statement(
                "Key",
                ["kms:GenerateDataKey"],
                [f"arn:{partition}:kms:{region}:{account}:key/*"],
                conditions={
                    "ForAnyValue:StringEquals": {
                        "kms:ResourceAliases": names.reports(environment).key_alias
                    },
                    "StringEquals": {"kms:ViaService": via_services(partition, region, "s3")},
                },
            ),
        )
    }


def _traffic(context: Context) -> tuple[PodTraffic, ...]:
    settings, stack = context.environment.platform.reports, "kube-prometheus-stack"
    calls = [Call(stack, "prometheus", tcp(PROMETHEUS_PORT))]
    if settings.announcement.enabled:
        calls.append(Call(stack, "alertmanager", tcp(ALERTMANAGER_PORT)))
    if settings.pictures:
        calls.append(Call(stack, "grafana", tcp(GRAFANA_PORT)))
    return (PodTraffic(NAME, LABELS, aws=True, calls=tuple(calls)),)


ADDON: Final = Addon(
    name=NAME,
    chart="",
    namespace=NAME,
    summary=(
        "Writes weekly and monthly reports of availability, capacity, backups, alerts and cost to "
        "a bucket, and announces them."
    ),
    requires=("kube-prometheus-stack", "external-secrets"),
    applies=reports_on,
    service_account=NAME,
    policies=_policies,
    prerequisites=_secrets,
    resources=objects,
    helm=Helm(
        timeout_seconds=300,
        reason="Its pods run at the times of the schedules, so that there is nothing to wait for.",
    ),
    traffic=_traffic,
    notes=(
        "The bucket is in the network stack and outlives the cluster. The program is Python's "
        "standard library only, in a ConfigMap; its image is pinned in config/versions.yaml. "
        "[About reports](../reports.md)."
    ),
)

ADDONS: Final = (ADDON,)
