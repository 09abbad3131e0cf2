"""Kyverno: policies for pods (requirement J6, option)."""

from typing import Final

from config.environment import Environment
from modules.addons.kyverno.policies import excluded, policies
from modules.helm.contract import Addon, Context, Helm, Policies, Values
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.scheduling import SYSTEM_TOLERATIONS, resources, spread
from modules.helm.workload import JOB, Workload
from modules.identity.policy import Statement

NAME: Final = "kyverno"

SERVICE_ACCOUNT: Final = "kyverno-admission-controller"

REPORTS: Final = "kyverno-reports-controller"
"""The service account of the controller that looks at what runs already, signatures included.
https://github.com/kyverno/website/issues/1739"""

CONTROLLERS: Final = {
    "backgroundController": ("background-controller", "192Mi"),
    "cleanupController": ("cleanup-controller", "128Mi"),
    "reportsController": ("reports-controller", "256Mi"),
}
"""Those behind the admission controller: their component and memory, by the chart's keys."""


def _values(context: Context) -> Values:
    """Values; https://kyverno.io/docs/installation/installation/#high-availability-installation.

    Webhooks leave the platform's namespaces alone, and Kyverno its own: a cluster that lost every
    node has to come up without asking it.
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
    """Reading signatures beside images in the account's registry, where any are asked for.

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


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Holds pods against policies: no privileges, known needs, and signed images.",
    values=_values,
    requires=("aws-load-balancer-controller", "karpenter", PROMETHEUS_OPERATOR_CRDS),
    service_account=SERVICE_ACCOUNT,
    additional_service_accounts=(REPORTS,),
    policies=_policies,
    resources=policies,
    helm=Helm(
        timeout_seconds=900,
        reason="Brings four controllers; on the way out a job of the chart removes its webhooks.",
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
    notes=(
        "Pod Security labels refuse most of this already in namespaces of teams; Kyverno says so "
        "for every other namespace, reports what runs already, and knows signatures. Policies "
        "leave the namespaces of Kubernetes and of add-ons alone. While no replica answers, "
        "`audit` lets pods through and `enforce` keeps them out. With `signed_images` its roles "
        "may read images in the account's registry."
    ),
)

ADDONS: Final = (ADDON,)
