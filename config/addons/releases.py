"""`platform.releases`: releases of charts of one's own, by name."""

from typing import Annotated, Any

from pydantic import Field

from config.permissions import Permissions
from config.settings import Settings
from config.types.charts import (
    ChartName,
    ChartRepository,
    ExactChartVersion,
    ReleaseName,
    ValuePath,
)
from config.types.edge import Port
from config.types.kubernetes import LabelKey, LabelValue, Namespace, ObjectName, PodSecurityLevel

Ports = Annotated[list[Port], Field(max_length=20)]


class ReleaseRole(Permissions):
    """AWS permissions of a service account of a release, with a role of its own.

    The role is `<cluster>.release.<release>.<service account>`.
    """

    annotations: ValuePath | None = None
    """Path of the chart's value with the annotations of the service account, which name the role.
    Only for `cluster.identity: irsa`, where it is required."""


class ReleaseTraffic(Settings):
    """Traffic of pods of a release, for the network policies of its namespace.

    They deny all other connections, but DNS and what `platform.network_policies.allow` has for the
    namespace. Ports are those of containers, not of Services.
    """

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of the pods. Default: all pods of the namespace."""

    same_namespace: bool = True
    """Allow connections to all pods of the namespace that this release has traffic of."""

    kubernetes_api: bool = False
    """Allow connections to the Kubernetes API."""

    aws: bool = False
    """Allow connections to AWS and to other servers on port 443, and credentials of a role."""

    servers: Ports = []
    """Ports of further servers outside the cluster."""

    from_kubernetes_api: Ports = []
    """Ports that the Kubernetes API connects to: of webhooks and of extension API servers."""

    from_ingress: Ports = []
    """Ports that the ingress controller connects to."""

    from_monitoring: Ports = []
    """Ports that Prometheus scrapes."""

    from_everywhere: Ports = []
    """Ports that pods of all namespaces may connect to."""


class ReleaseSettings(Settings):
    """A release of a chart of one's own, of objects, or of both."""

    enabled: bool = True
    """Install it."""

    repository: ChartRepository | None = None
    """Address of the chart's repository. Default: none; the release has `objects` only."""

    chart: ChartName | None = None
    """Name of the chart in the repository. Default: the name of the release."""

    version: ExactChartVersion | None = None
    """Version of the chart."""

    namespace: Namespace | None = None
    """Namespace of the release, which the platform makes. Default: the name of the release."""

    pod_security: PodSecurityLevel = "restricted"
    """Pod Security Standard of its namespace. Where releases share one, the least restrictive."""

    needs: list[ReleaseName] = []
    """Names of add-ons and of other releases that are installed before this one, and removed after
    it. The AWS Load Balancer Controller, Karpenter and the CRDs of monitors always are."""

    values: dict[str, Any] = {}
    """Values of the chart. Must not contain secrets, which would be stored in the Terraform
    state."""

    roles: Annotated[dict[ObjectName, ReleaseRole], Field(max_length=20)] = {}
    """AWS permissions of its service accounts, by their names."""

    traffic: Annotated[dict[ObjectName, ReleaseTraffic], Field(max_length=20)] = {}
    """Traffic of its pods, by a name of your choice for a group of them."""

    objects: list[dict[str, Any]] = []
    """Objects that are installed after the chart, for example custom resources whose CRDs it
    installs, and deleted before it."""

    skip_crds: bool = False
    """Leave the chart's folder `crds/` out."""

    timeout_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    """How long Helm waits until its pods are ready, and until they are gone."""


ReleasesSettings = dict[ReleaseName, ReleaseSettings]
