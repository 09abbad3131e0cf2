"""Velero: backups of Kubernetes objects and volumes (K2).

The CSI driver takes snapshots with its own permissions, so that Velero needs access to its bucket
only.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from config import versions
from config.addons.velero import BackupSchedule
from config.derived import names, replication, routing
from config.environment import Environment
from modules.addons.velero.schedules import named_schedules
from modules.helm.contract import Addon, Context, Helm, Policies, Values
from modules.helm.logs import NAMESPACE as LOGGING
from modules.helm.metrics import MONITORING, metrics_on
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traces import tracing_namespace, tracing_on
from modules.helm.traffic import PodTraffic
from modules.helm.workload import JOB, NODE, Workload
from modules.identity.bucket_access import bucket_access
from modules.scheduling import SYSTEM_TOLERATIONS, resources

NAME: Final = "velero"
SERVER: Final = "velero/velero"
PLUGIN: Final = "velero/velero-plugin-for-aws"
DOCKER_HUB: Final = "docker.io"
LOCATION: Final = "default"

EFS: Final = "efs.csi.aws.com"
POLICIES: Final = "volume-policies"
"""The ConfigMap of volume policies; the chart prefixes it with the release's name."""


def velero_on(environment: Environment) -> bool:
    """Whether backups are enabled."""
    return environment.platform.velero.enabled


def _values(context: Context) -> Values:
    """Values; chart https://github.com/vmware-tanzu/helm-charts/tree/velero-12.2.0/charts/velero."""
    environment = context.environment
    settings = environment.platform.velero
    metrics = metrics_on(environment)
    values: Values = {
        # A newer patch than the chart's own.
        "image": {"tag": versions.table().images[SERVER].version},
        "initContainers": [_plugin(environment)],
        "configuration": _configuration(environment),
        "credentials": {"useSecret": False},
        "serviceAccount": {"server": {"name": NAME, "annotations": context.role_annotations}},
        "snapshotsEnabled": settings.volume_snapshots,
        "schedules": {
            name: _schedule(environment, schedule)
            for name, schedule in named_schedules(environment).items()
        },
        "configMaps": {POLICIES: {"data": {"policies.yaml": _volume_policies()}}},
        "upgradeCRDs": True,
        "cleanUpCRDs": False,
        "upgradeJobResources": resources("50m", "128Mi"),
        "kubectl": {"resources": resources("50m", "128Mi")},
        "resources": resources("200m", "512Mi"),
        "tolerations": SYSTEM_TOLERATIONS,
        "metrics": {
            "serviceMonitor": {"enabled": metrics},
            "nodeAgentPodMonitor": {"enabled": metrics and settings.move_snapshots},
        },
        "deployNodeAgent": settings.move_snapshots,
    }
    if settings.move_snapshots:
        # It only moves snapshots, for which it needs no host path.
        values["nodeAgent"] = {
            "disableHostPath": True,
            "tolerations": [{"operator": "Exists"}],
            "resources": resources("100m", "512Mi"),
        }
    return values


def _plugin(environment: Environment) -> dict[str, Any]:
    registry = environment.platform.charts.image_registry or DOCKER_HUB
    return {
        "name": "velero-plugin-for-aws",
        "image": f"{registry}/{PLUGIN}:{versions.table().images[PLUGIN].version}",
        "volumeMounts": [{"mountPath": "/target", "name": "plugins"}],
        "resources": resources("50m", "64Mi"),
    }


def _configuration(environment: Environment) -> dict[str, Any]:
    settings = environment.platform.velero
    made: dict[str, Any] = {
        "backupStorageLocation": [
            {
                "name": LOCATION,
                "default": True,
                "provider": "aws",
                "bucket": names.backups(environment).bucket,
                "prefix": environment.cluster_name,
                "config": {"region": environment.region},
            },
            *_replicated_location(environment),
        ],
        # The CSI driver takes snapshots, not the plugin.
        "volumeSnapshotLocation": [],
        "logFormat": "json",
    }
    if settings.volume_snapshots:
        made |= {"features": "EnableCSI", "defaultSnapshotMoveData": settings.move_snapshots}
    return made


def _replicated_location(environment: Environment) -> Iterator[dict[str, Any]]:
    """The backups of the other region, named by its code.

    Its objects have the prefix of the other cluster. Velero makes and deletes no backups in it.
    https://velero.io/docs/v1.18/api-types/backupstoragelocation/
    """
    other = replication.backup_partner(environment)
    if other is not None:
        yield {
            "name": routing.code(other),
            "provider": "aws",
            "bucket": names.backup_replica(environment).bucket,
            "prefix": other.cluster_name,
            "accessMode": "ReadOnly",
            "config": {"region": environment.region},
        }


def _volume_policies() -> str:
    """Skips EFS volumes, which have no snapshots; AWS Backup copies them.

    A backup fails if a volume's driver has no VolumeSnapshotClass.
    https://velero.io/docs/v1.18/resource-filtering/#resource-policies
    """
    shared = {"conditions": {"csi": {"driver": EFS}}, "action": {"type": "skip"}}
    # JSON is YAML.
    return json.dumps({"version": "v1", "volumePolicies": [shared]})


def _excluded(environment: Environment, schedule: BackupSchedule) -> list[str]:
    """Namespaces that a schedule excludes."""
    if schedule.excluded_namespaces is not None:
        return list(schedule.excluded_namespaces)
    if schedule.namespaces:
        return []
    platform, large = environment.platform, set[str]()
    if metrics_on(environment):
        large.add(platform.monitoring.namespace or MONITORING)
    if environment.platform.fluent_bit.sends_to("elasticsearch"):
        large.add(platform.elasticsearch.namespace or LOGGING)
    if tracing_on(environment):
        large.add(tracing_namespace(environment))
    return sorted(large)


def _schedule(environment: Environment, schedule: BackupSchedule) -> dict[str, Any]:
    """https://velero.io/docs/v1.18/api-types/schedule/."""
    template: dict[str, Any] = {
        "ttl": f"{schedule.keep_days * 24}h0m0s",
        "storageLocation": LOCATION,
        "includedNamespaces": list(schedule.namespaces) or ["*"],
        "snapshotVolumes": schedule.volumes and environment.platform.velero.volume_snapshots,
        "resourcePolicy": {"kind": "configmap", "name": f"{NAME}-{POLICIES}"},
    }
    excluded = _excluded(environment, schedule)
    if excluded:
        template["excludedNamespaces"] = excluded
    # Backups stay after their schedule is deleted.
    return {
        "schedule": schedule.cron,
        "useOwnerReferencesInBackup": False,
        "template": template,
    }


def _policies(environment: Environment) -> Policies:
    """Access to the bucket and its key.

    Source: https://github.com/vmware-tanzu/velero-plugin-for-aws#set-permissions-for-velero,
    without the permissions for the plugin's snapshots.
    """
    objects = (
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
        "s3:PutObjectTagging",
    )
    policies = {"backups": bucket_access(environment, names.backups(environment), objects)}
    other = replication.backup_partner(environment)
    if other is not None:
        # Velero stores logs and results of a restore beside the backup, in a location that is
        # read-only as well: https://github.com/velero-io/velero/issues/6753
        policies["replica"] = bucket_access(
            environment,
            names.backup_replica(environment),
            ("s3:GetObject",),
            written=(
                ("s3:DeleteObject", "s3:PutObject"),
                f"{other.cluster_name}/restores/*",
            ),
        )
    return policies


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    """Velero makes further pods, which move the data of snapshots and maintain its repositories."""
    return (
        PodTraffic("pods", api=True, aws=True),
        PodTraffic("server", {"name": NAME}, metrics=(8085,)),
        PodTraffic("node-agent", {"name": "node-agent"}, metrics=(8085,)),
    )


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary=(
        "Backs up Kubernetes objects and volumes, and restores them in this or another cluster."
    ),
    values=_values,
    requires=(FOR_SERVICES, FOR_NODES, FOR_MONITORS),
    applies=velero_on,
    service_account=NAME,
    policies=_policies,
    helm=Helm(
        timeout_seconds=900,
        reason="Waits for a Job that installs and upgrades its CRDs, and for the server.",
    ),
    images={
        "image.repository": "{registry}/velero/velero",
        "kubectl.image.repository": "{registry}/kubectl",
    },
    pod_security="baseline",
    workloads=(
        Workload("server", ("resources",), init_resources=("initContainers.0.resources",)),
        Workload(
            "crds",
            ("upgradeJobResources",),
            JOB,
            init_resources=("kubectl.resources",),
        ),
        Workload("node-agent", ("nodeAgent.resources",), NODE, enabled="deployNodeAgent"),
    ),
    traffic=_traffic,
    notes=(
        "Backups are in a bucket of the network stack, which outlives the cluster, under the "
        "cluster's name. Volumes are backed up as snapshots of the CSI driver in the same region, "
        "unless `move_snapshots` copies their data into the bucket. The plugin's image is pinned "
        "in config/versions.yaml. Restores and restore tests: docs/backup.md."
    ),
)

ADDONS: Final = (ADDON,)
