"""Kyverno: admission policies for pods (J6, option)."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from modules.addons.kyverno.policies import excluded, policies
from modules.helm.contract import Addon, Context, Helm, Policies, Values
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traffic import PodTraffic, job
from modules.helm.workload import JOB, Workload
from modules.identity.policy import Statement
from modules.scheduling import SYSTEM_TOLERATIONS, resources, spread

NAME: Final = "kyverno"

SERVICE_ACCOUNT: Final = "kyverno-admission-controller"

REPORTS: Final = "kyverno-reports-controller"
"""The service account of the controller that checks existing pods, signatures included.
https://github.com/kyverno/website/issues/1739"""

CONTROLLERS: Final = {
    "backgroundController": ("background-controller", "192Mi"),
    "cleanupController": ("cleanup-controller", "128Mi"),
    "reportsController": ("reports-controller", "256Mi"),
}
"""The other controllers: component and memory, by the chart's keys."""


def _values(context: Context) -> Values:
    """Values; https://kyverno.io/docs/installation/installation/#high-availability-installation.

    Webhooks exclude the platform's namespaces and Kyverno's: a cluster that lost all nodes must
    start without them.
    """
    environment = context.environment
    settings = environment.platform.kyverno
    return {
        "global": {"tolerations": SYSTEM_TOLERATIONS},
        "config": {"webhooks": {"namespaceSelector": {"matchExpressions": excluded(environment)}}},
        "admissionController": {
            **_spread("admission-controller", settings.replicas),
            **_monitor(environment),
            "priorityClassName": "system-cluster-critical",
            "container": {"resources": resources("100m", "384Mi")},
            "initContainer": {"resources": resources("10m", "128Mi")},
            "rbac": {
                "serviceAccount": {
                    "name": SERVICE_ACCOUNT,
                    "annotations": context.role_annotations,
                }
            },
        },
        **{key: _controller(environment, key) for key in CONTROLLERS},
        "reportsController": {
            **_controller(environment, "reportsController"),
            "rbac": {
                "serviceAccount": {
                    "name": REPORTS,
                    "annotations": context.additional_role_annotations(REPORTS),
                }
            },
        },
        "webhooksCleanup": {"resources": resources("10m", "64Mi")},
        "crds": {"migration": {"podResources": resources("10m", "128Mi")}},
    }


def _controller(environment: Environment, key: str) -> Values:
    component, memory = CONTROLLERS[key]
    return {
        **_spread(component, environment.platform.kyverno.controller_replicas),
        **_monitor(environment),
        "resources": resources("50m", memory),
    }


def _monitor(environment: Environment) -> Values:
    return {"serviceMonitor": {"enabled": metrics_on(environment)}}


def _spread(component: str, replicas: int) -> Values:
    labels = {"app.kubernetes.io/instance": NAME, "app.kubernetes.io/component": component}
    return {
        "replicas": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1},
        "topologySpreadConstraints": spread(labels),
    }


def _policies(environment: Environment) -> Policies:
    """Permission to read signatures in the account's registry, where they are verified.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
    """
    if not environment.platform.kyverno.signed_images:
        return {}
    place = f"{environment.partition}:ecr:{environment.region}:{environment.account}"
    return {
        "images": (
            Statement("LogIn", ["ecr:GetAuthorizationToken"], ["*"]),
            Statement(
                "Read",
                [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                [f"arn:{place}:repository/*"],
            ),
        )
    }


JOBS: Final = ("kyverno-migrate-resources", "kyverno-rm-webhooks", "kyverno-scale-to-zero")
"""Jobs of the chart, of an upgrade and of a removal; their pods have no labels of their own."""


def _traffic(context: Context) -> Iterator[PodTraffic]:
    """Where signatures are verified, also to the registries and to the transparency log."""
    signatures = bool(context.environment.platform.kyverno.signed_images)
    served = ("admission-controller", "cleanup-controller")
    verifying = ("admission-controller", "reports-controller")
    for component in ("admission-controller", *(each for each, _ in CONTROLLERS.values())):
        yield PodTraffic(
            component,
            {"app.kubernetes.io/instance": NAME, "app.kubernetes.io/component": component},
            api=True,
            aws=signatures and component in verifying,
            webhooks=(9443,) if component in served else (),
            metrics=(8000,),
        )
    for name in JOBS:
        yield PodTraffic(name.removeprefix(f"{NAME}-"), job(name), api=True)


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Validates pods with policies: no privileges, requests and limits, signed images.",
    values=_values,
    requires=(FOR_SERVICES, FOR_NODES, FOR_MONITORS),
    service_account=SERVICE_ACCOUNT,
    additional_service_accounts=(REPORTS,),
    policies=_policies,
    resources=policies,
    helm=Helm(
        wait_on_destroy=False,
        take_ownership=True,
        timeout_seconds=900,
        reason=(
            "Installs four controllers; on destroy a Job of the chart removes its webhooks. While "
            "Helm deletes the aggregated ClusterRoles, Kubernetes may create some of them again, "
            "without rules: Helm does not wait until they are gone, and the next installation "
            "takes them over."
        ),
    ),
    images={
        "global.image.registry": "{registry}",
        "webhooksCleanup.image.registry": "{registry}",
        "test.image.registry": "{registry}",
    },
    workloads=(
        Workload(
            "admission controller",
            ("admissionController.container.resources",),
            "admissionController.replicas",
            init_resources=("admissionController.initContainer.resources",),
        ),
        *(
            Workload(component.replace("-", " "), (f"{key}.resources",), f"{key}.replicas")
            for key, (component, _) in CONTROLLERS.items()
        ),
        Workload("webhooks' clean-up", ("webhooksCleanup.resources",), JOB),
        Workload("migration", ("crds.migration.podResources",), JOB),
    ),
    traffic=lambda context: tuple(_traffic(context)),
    notes=(
        "Pod Security labels refuse most of this in namespaces of teams already; Kyverno covers "
        "other namespaces, reports on existing pods, and verifies signatures. Policies exclude "
        "the namespaces of Kubernetes and of add-ons. While no replica answers, `audit` admits "
        "pods and `enforce` refuses them. With `signed_images` its roles may read images in the "
        "account's registry. After it is removed, up to four ClusterRoles without rules may be "
        "left (`kyverno:admission-controller` and others); `kubectl delete clusterrole` removes "
        "them."
    ),
)

ADDONS: Final = (ADDON,)
