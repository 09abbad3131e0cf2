"""Requirements that many add-ons share, named by their reason, for `Addon.requires`."""

from typing import Final

from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS

FOR_SERVICES: Final = "aws-load-balancer-controller"
"""For releases with Services, Ingresses or TargetGroupBindings: the controller's webhooks must
answer when they are created, and the controller must still run when they are deleted."""

FOR_NODES: Final = "karpenter"
"""For releases whose pods may need more than the system nodes. It includes the node pools, and on
destroy the nodes outlive the pods."""

FOR_MONITORS: Final = PROMETHEUS_OPERATOR_CRDS
"""For releases with ServiceMonitors or PodMonitors: their CRDs must exist."""
