"""The AWS Load Balancer Controller (requirement F1)."""

from typing import Final

from config.derived import names
from modules.addons.aws_load_balancer_controller.policy import policies
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.scheduling import SYSTEM_TOLERATIONS, ZONE, resources, spread
from modules.helm.workload import Workload

NAME: Final = "aws-load-balancer-controller"


def _values(context: Context) -> Values:
    """Values; chart https://github.com/aws/eks-charts/tree/master/stable/aws-load-balancer-controller.

    * Region and VPC are given, because pods do not reach the instance metadata.
    * The certificate of its webhooks stays what it was: a new one at every upgrade would fail
      requests until all pods have it.
    * Its webhook for Services would make it the way of every Service of type LoadBalancer, and
      while its pods are down no Service at all could be made. Services name it instead, with
      `loadBalancerClass: service.k8s.aws/nlb`. Ingresses of other classes pass it for the same
      reason.
    * It serves Ingresses only on demand: anybody's would be a way past the front door.
    """
    environment = context.environment
    settings = environment.platform.aws_load_balancer_controller
    return {
        "clusterName": environment.cluster_name,
        "region": environment.region,
        "vpcId": context.vpc_id,
        "serviceAccount": {
            "create": True,
            "name": NAME,
            "annotations": context.role_annotations,
        },
        "replicaCount": settings.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1} if settings.replicas > 1 else {},
        "topologySpreadConstraints": spread(
            {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": NAME}, ZONE
        ),
        "tolerations": SYSTEM_TOLERATIONS,
        "resources": resources("100m", "256Mi"),
        "defaultTags": names.default_tags(environment),
        "defaultTargetType": "ip",
        "defaultSSLPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "keepTLSSecret": True,
        "createIngressClassResource": settings.ingresses,
        "ingressClassParams": {"create": settings.ingresses},
        "disableIngressClassAnnotation": not settings.ingresses,
        "enableServiceMutatorWebhook": False,
        "webhookConfig": {"ingressValdationFailurePolicy": "Ignore"},
        "serviceMonitor": {"enabled": metrics_on(environment)},
    }


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace="kube-system",
    summary=(
        "Puts pods into the target groups of the front door, and makes load balancers for "
        "Services that ask for one of their own."
    ),
    values=_values,
    requires=(PROMETHEUS_OPERATOR_CRDS,),
    service_account=NAME,
    policies=policies,
    helm=Helm(
        timeout_seconds=600,
        reason=(
            "Waits until its webhooks answer: the TargetGroupBindings of the ingress controller "
            "pass through one of them."
        ),
    ),
    images={"image.repository": "{registry}/eks/aws-load-balancer-controller"},
    workloads=(Workload("controller", ("resources",), "replicaCount"),),
    notes=(
        "Services of type LoadBalancer name it: `spec.loadBalancerClass: service.k8s.aws/nlb`. "
        "Ingresses of the class `alb` are served with `ingresses: true`. "
        "Before a destroy remove Services and Ingresses that have load balancers of their own, "
        "or these stay behind. Helm installs the chart's kinds once and never upgrades them: "
        "apply its `crds/` by hand before moving to a newer version."
    ),
)

ADDONS: Final = (ADDON,)
