"""The kinds of Kubernetes objects that the runner reads."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """Where the objects of a kind are.

    Attributes:
        group: the API group; empty for the core group.
    """

    name: str
    group: str
    version: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str = "", name: str = "") -> str:
        """The path of all objects, of those in a namespace, or of one."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        inside = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{root}{inside}/{self.plural}" + (f"/{name}" if name else "")


SERVICE: Final = Kind("Service", "", "v1", "services")
SECRET: Final = Kind("Secret", "", "v1", "secrets")
NAMESPACE: Final = Kind("Namespace", "", "v1", "namespaces", namespaced=False)
NODE: Final = Kind("Node", "", "v1", "nodes", namespaced=False)
CLAIM: Final = Kind("PersistentVolumeClaim", "", "v1", "persistentvolumeclaims")
VOLUME: Final = Kind("PersistentVolume", "", "v1", "persistentvolumes", namespaced=False)
DEPLOYMENT: Final = Kind("Deployment", "apps", "v1", "deployments")
INGRESS: Final = Kind("Ingress", "networking.k8s.io", "v1", "ingresses")
INGRESS_CLASS: Final = Kind(
    "IngressClass", "networking.k8s.io", "v1", "ingressclasses", namespaced=False
)
GATEWAY: Final = Kind("Gateway", "gateway.networking.k8s.io", "v1", "gateways")
GATEWAY_CLASS: Final = Kind(
    "GatewayClass", "gateway.networking.k8s.io", "v1", "gatewayclasses", namespaced=False
)
TARGET_GROUP_BINDING: Final = Kind(
    "TargetGroupBinding", "elbv2.k8s.aws", "v1beta1", "targetgroupbindings"
)
AUTO_TARGET_GROUP_BINDING: Final = Kind(
    "TargetGroupBinding", "eks.amazonaws.com", "v1", "targetgroupbindings"
)
APPLICATION: Final = Kind("Application", "argoproj.io", "v1alpha1", "applications")
APPLICATION_SET: Final = Kind("ApplicationSet", "argoproj.io", "v1alpha1", "applicationsets")
NODE_POOL: Final = Kind("NodePool", "karpenter.sh", "v1", "nodepools", namespaced=False)
NODE_CLAIM: Final = Kind("NodeClaim", "karpenter.sh", "v1", "nodeclaims", namespaced=False)
NODE_CLASS: Final = Kind(
    "EC2NodeClass", "karpenter.k8s.aws", "v1", "ec2nodeclasses", namespaced=False
)
AUTO_NODE_CLASS: Final = Kind(
    "NodeClass", "eks.amazonaws.com", "v1", "nodeclasses", namespaced=False
)
CRD: Final = Kind(
    "CustomResourceDefinition",
    "apiextensions.k8s.io",
    "v1",
    "customresourcedefinitions",
    namespaced=False,
)
