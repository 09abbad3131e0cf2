"""Default namespaces of add-ons that other add-ons refer to."""

from typing import Final

INGRESS_NAMESPACE: Final = "ingress"
ECK_OPERATOR_NAMESPACE: Final = "elastic-system"
