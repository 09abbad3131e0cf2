"""The Kubernetes objects whose controllers have to act before a destroy."""

from dataclasses import dataclass
from typing import Final

from runner.kubernetes import kinds
from runner.kubernetes.api import Kubernetes, Object

ALB_CLASS: Final = "alb"
_ALB_CONTROLLERS: Final = (
    "ingress.k8s.aws/",
    "gateway.k8s.aws/",
    "eks.amazonaws.com/",
    "gateway.eks.amazonaws.com",
)
"""Of the AWS Load Balancer Controller, and of EKS Auto Mode."""


@dataclass(frozen=True)
class Hanging:
    """Objects for which something exists in AWS, or that keep Kubernetes from deleting others.

    Attributes:
        load_balancers: Services of type LoadBalancer, and Ingresses and Gateways of the AWS Load
            Balancer Controller or of EKS Auto Mode.
        volumes: all PersistentVolumes.
    """

    application_sets: list[Object]
    applications: list[Object]
    load_balancers: list[Object]
    node_pools: list[Object]
    node_claims: list[Object]
    claims: list[Object]
    volumes: list[Object]


def hanging(api: Kubernetes) -> Hanging:
    """Lists them; kinds whose CRD is not installed have none."""
    return Hanging(
        application_sets=api.list(kinds.APPLICATION_SET),
        applications=api.list(kinds.APPLICATION),
        load_balancers=load_balanced(api),
        node_pools=api.list(kinds.NODE_POOL),
        node_claims=api.list(kinds.NODE_CLAIM),
        claims=api.list(kinds.CLAIM),
        volumes=api.list(kinds.VOLUME),
    )


def load_balanced(api: Kubernetes) -> list[Object]:
    """Services, Ingresses and Gateways that have a load balancer of their own in AWS."""
    services = [each for each in api.list(kinds.SERVICE) if each.spec.get("type") == "LoadBalancer"]
    classes = {ALB_CLASS, *_of_controller(api.list(kinds.INGRESS_CLASS), "controller")}
    ingresses = [each for each in api.list(kinds.INGRESS) if _ingress_class(each) in classes]
    gateway_classes = _of_controller(api.list(kinds.GATEWAY_CLASS), "controllerName")
    gateways = [
        each
        for each in api.list(kinds.GATEWAY)
        if each.spec.get("gatewayClassName") in gateway_classes
    ]
    return [*services, *ingresses, *gateways]


def is_running(api: Kubernetes, controller: str) -> bool:
    """Whether a pod of a controller is ready.

    Args:
        controller: the label `app.kubernetes.io/name` of its Deployment.
    """
    deployments = api.list(kinds.DEPLOYMENT, f"app.kubernetes.io/name={controller}")
    return any(each.status.get("readyReplicas", 0) > 0 for each in deployments)


def _ingress_class(ingress: Object) -> str | None:
    annotations = ingress.metadata.get("annotations") or {}
    return ingress.spec.get("ingressClassName") or annotations.get("kubernetes.io/ingress.class")


def _of_controller(classes: list[Object], field: str) -> set[str]:
    return {each.name for each in classes if each.spec.get(field, "").startswith(_ALB_CONTROLLERS)}
