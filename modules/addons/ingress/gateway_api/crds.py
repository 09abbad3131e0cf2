"""The CRDs of the Gateway API, before everything that reads or makes objects of it (L7)."""

from collections.abc import Sequence
from typing import Final

from modules.helm.contract import Addon, Context, Helm, Manifest
from modules.helm.gateway import CRDS, gateway_on
from modules.helm.platform_namespaces import INGRESS_NAMESPACE

GROUP: Final = "gateway.networking.k8s.io"

ROUTES: Final = ("httproutes", "grpcroutes")
"""What teams write; the Gateway and its class are the platform's."""


def _roles(_: Context) -> Sequence[Manifest]:
    """Adds routes to roles of Kubernetes, which know no custom resources by themselves.

    https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
    """
    return [
        _role("view", ["gateways", *ROUTES], ["get", "list", "watch"], ["view", "edit", "admin"]),
        _role(
            "edit",
            ROUTES,
            ["create", "update", "patch", "delete", "deletecollection"],
            ["edit", "admin"],
        ),
    ]


def _role(
    name: str, resources: Sequence[str], verbs: Sequence[str], into: Sequence[str]
) -> Manifest:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {
            "name": f"gateway-api-{name}",
            "labels": {f"rbac.authorization.k8s.io/aggregate-to-{role}": "true" for role in into},
        },
        "rules": [{"apiGroups": [GROUP], "resources": [*resources], "verbs": [*verbs]}],
    }


ADDON: Final = Addon(
    name=CRDS,
    chart=CRDS,
    namespace=INGRESS_NAMESPACE,
    summary=(
        "The CRDs of the Gateway API's standard channel, in a separate release, so that they are "
        "upgraded, and the permissions of teams for routes."
    ),
    setting="ingress",
    further_chart="gateway_api",
    accepts_values=False,
    applies=gateway_on,
    resources=_roles,
    helm=Helm(timeout_seconds=300, reason="It has no pods; Helm waits until the CRDs are served."),
    notes=(
        "No project publishes a chart of these CRDs that fits into a Helm release. `make "
        "fetch-charts` makes one of the file `standard-install.yaml` of the Gateway API's release, "
        "whose digest is in config/versions.yaml; see docs/gateway-api.md. Helm keeps the CRDs "
        "when the release is removed, and with them all routes."
    ),
)
