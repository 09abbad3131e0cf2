"""The AWS Load Balancer Controller (F1)."""

from typing import Final

from config.derived import names
from config.environment import Environment
from modules.addons.aws_load_balancer_controller.policy import policies
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS
from modules.helm.workload import Workload
from modules.scheduling import SYSTEM_TOLERATIONS, ZONE, resources, spread

NAME: Final = "aws-load-balancer-controller"


def _values(context: Context) -> Values:
    """Values; chart https://github.com/aws/eks-charts/tree/master/stable/aws-load-balancer-controller.

    * Region and VPC are set, because pods cannot reach the instance metadata.
    * The certificate of its webhooks is kept: a new one at each upgrade would fail requests until
      all pods have it.
    * Its webhook for Services would set it on every Service of type LoadBalancer, and while its
      pods are down no Service could be created. Services use `loadBalancerClass:
      service.k8s.aws/nlb` instead. For the same reason its webhook ignores Ingresses of other
      classes.
    * It serves Ingresses only where enabled, because they would bypass the front door.
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
        "ingressClassParams": {"create": settings.ingresses, **_class_of(environment)},
        "disableIngressClassAnnotation": not settings.ingresses,
        "enableServiceMutatorWebhook": False,
        "webhookConfig": {"ingressValdationFailurePolicy": "Ignore"},
        "serviceMonitor": {"enabled": metrics_on(environment)},
    }


def _class_of(environment: Environment) -> Values:
    """The subnets of Ingresses in an existing VPC whose subnets have no tags: the private ones.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/#ingressclassparams
    """
    existing = environment.network.existing
    if existing is None or existing.tag_subnets:
        return {}
    ids = [subnet.id for _, subnet in sorted(existing.private.items())]
    return {"spec": {"scheme": "internal", "subnets": {"ids": ids}}}


def _applies(environment: Environment) -> bool:
    """EKS Auto Mode has a controller of its own."""
    return not environment.cluster.auto_mode


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace="kube-system",
    summary=(
        "Registers pods with the target groups of the front door, and makes load balancers for "
        "Services that request one."
    ),
    values=_values,
    applies=_applies,
    requires=(FOR_MONITORS,),
    service_account=NAME,
    policies=policies,
    helm=Helm(
        timeout_seconds=600,
        reason=(
            "Waits until its webhooks answer: one of them validates the TargetGroupBindings of "
            "the ingress controller."
        ),
    ),
    images={"image.repository": "{registry}/eks/aws-load-balancer-controller"},
    workloads=(Workload("controller", ("resources",), "replicaCount"),),
    notes=(
        "Services of type LoadBalancer select it with `spec.loadBalancerClass: "
        "service.k8s.aws/nlb`, for which `load_balancers: true` gives it permissions. Ingresses of "
        "the class `alb` are served with `ingresses: true`. "
        "Before a destroy delete Services and Ingresses with load balancers of their own, "
        "otherwise these remain. Helm installs the chart's CRDs once and never upgrades them: "
        "apply its `crds/` with kubectl before an upgrade."
    ),
)

ADDONS: Final = (ADDON,)
