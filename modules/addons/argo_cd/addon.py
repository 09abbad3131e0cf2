"""Argo CD: deployment from Git (G1 to G4, G6, K3, L12)."""

from typing import Final

from modules.addons.argo_cd.fleet import fleet_applications
from modules.addons.argo_cd.resources import projects_and_applications
from modules.addons.argo_cd.traffic import traffic
from modules.addons.argo_cd.values import values
from modules.helm.cluster_secrets import referenced_secrets
from modules.helm.contract import Addon, Context, Helm, Manifest
from modules.helm.gateway import front_door_route, routes_only
from modules.helm.platform_namespaces import ARGO_CD_NAMESPACE
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.workload import JOB, Workload

SERVICE: Final = "argo-cd-argocd-server"
"""The Service of the user interface, which the chart names after its release."""

SERVICE_PORT: Final = 80

SECRET_LABELS: Final = {"app.kubernetes.io/part-of": "argocd"}
"""Without this label Argo CD ignores a Secret.
https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#alternative"""


def _secrets(context: Context) -> tuple[Manifest, ...]:
    """The Secrets of single sign-on connectors."""
    return referenced_secrets(context.environment, "argo_cd", context.namespace, SECRET_LABELS)


def _objects(context: Context) -> tuple[Manifest, ...]:
    return (
        *_route(context),
        *projects_and_applications(context),
        *fleet_applications(context),
    )


def _route(context: Context) -> tuple[Manifest, ...]:
    """The route behind the front door, where the controller reads no Ingress."""
    host = context.environment.platform.argo_cd.host
    if host is None or not routes_only(context.environment):
        return ()
    return (front_door_route(context, SERVICE, [host], SERVICE, SERVICE_PORT),)


ADDON: Final = Addon(
    name="argo-cd",
    chart="argo-cd",
    namespace=ARGO_CD_NAMESPACE,
    summary="Deploys from Git, and keeps the cluster in sync with it.",
    values=values,
    requires=(FOR_SERVICES, FOR_NODES, FOR_MONITORS),
    after=("external-secrets",),
    prerequisites=_secrets,
    resources=_objects,
    # They are deployed last, after the namespaces of teams, which are made after all add-ons.
    resources_required=False,
    helm=Helm(
        timeout_seconds=900,
        reason="Waits until all components are ready, which may need new nodes.",
    ),
    resources_helm=Helm(
        timeout_seconds=1800,
        # Argo CD has made its project `default` before.
        take_ownership=True,
        reason=(
            "On destroy Helm waits until Argo CD has deleted everything it deployed, while load "
            "balancers, volumes and nodes can still be released."
        ),
    ),
    images={
        "global.image.repository": "{registry}/argoproj/argocd",
        "dex.image.repository": "{registry}/dexidp/dex",
        "redis.image.repository": "{registry}/docker/library/redis",
        "redis.exporter.image.repository": "{registry}/oliver006/redis_exporter",
        "redis-ha.image.repository": "{registry}/docker/library/redis",
        "redis-ha.haproxy.image.repository": "{registry}/docker/library/haproxy",
        "redis-ha.exporter.image": "{registry}/oliver006/redis_exporter",
    },
    workloads=(
        Workload("controller", ("controller.resources",)),
        Workload("server", ("server.resources",), "server.replicas"),
        Workload(
            "repo-server",
            ("repoServer.resources",),
            "repoServer.replicas",
            init_resources=("repoServer.copyutil.resources",),
        ),
        Workload("applicationset", ("applicationSet.resources",), "applicationSet.replicas"),
        Workload("notifications", ("notifications.resources",)),
        Workload("dex", ("dex.resources",), enabled="dex.enabled"),
        Workload("redis", ("redis.resources", "redis.exporter.resources"), enabled="redis.enabled"),
        Workload(
            "redis-ha",
            (
                "redis-ha.redis.resources",
                "redis-ha.sentinel.resources",
                "redis-ha.splitBrainDetection.resources",
                "redis-ha.exporter.resources",
            ),
            "redis-ha.replicas",
            init_resources=("redis-ha.init.resources",),
            enabled="redis-ha.enabled",
            apart="redis-ha.hardAntiAffinity",
        ),
        Workload(
            "redis-ha-haproxy",
            ("redis-ha.haproxy.resources",),
            "redis-ha.haproxy.replicas",
            init_resources=("redis-ha.haproxy.init.resources",),
            enabled="redis-ha.enabled",
            apart="redis-ha.haproxy.hardAntiAffinity",
        ),
        Workload("redis-secret-init", ("redisSecretInit.resources",), JOB),
    ),
    traffic=lambda context: tuple(traffic(context)),
    notes=(
        "Every team has an AppProject for its own namespaces only. Secrets of connectors and "
        "private repositories are made in the cluster by External Secrets; Terraform never sees "
        "them. Behind the front door the command line needs `--grpc-web`."
    ),
)

ADDONS: Final = (ADDON,)
