"""Default namespaces of add-ons that other add-ons refer to."""

from typing import Final

INGRESS_NAMESPACE: Final = "ingress"
INTERNAL_NAMESPACE: Final = "ingress-internal"
ECK_OPERATOR_NAMESPACE: Final = "elastic-system"
ARGO_CD_NAMESPACE: Final = "argocd"
ISTIO_GATEWAY_NAMESPACE: Final = "istio-ingress"
