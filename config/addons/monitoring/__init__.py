"""`platform.monitoring`: metrics, dashboards and alerts."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings, FurtherChart
from config.addons.monitoring.alertmanager import AlertmanagerSettings
from config.addons.monitoring.amp import AmpSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.alerting import AlertLabel, MonitoringSecret
from config.types.edge import Scheme, ZoneName
from config.types.git import SsoGroup
from config.types.kubernetes import Cpu, Memory, ObjectName, PrometheusDuration

HttpsUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~%/-]*)?$"),
    Form("an https:// address without a query"),
]


class PrometheusSettings(Settings):
    """Prometheus, which collects metrics."""

    replicas: Annotated[int, Field(ge=1, le=4)] = 2
    """Number of replicas. Each collects all metrics, so that the loss of one leaves no gap."""

    retention_days: Annotated[int, Field(ge=1, le=730)] = 15
    """Retention of metrics by age, in days."""

    storage_gib: Annotated[int, Field(ge=5, le=16384)] = 100
    """Volume size of each replica, in GiB."""

    retention_gib: Annotated[int, Field(ge=1, le=16384)] | None = None
    """Retention of metrics by size, in GiB. Default: 80 % of the volume."""

    cpu: Cpu = "500m"
    """CPU request of each replica."""

    memory: Memory = "4Gi"
    """Memory of each replica. The need grows with the number of time series, so with pods and
    nodes."""

    scrape_interval: PrometheusDuration = "30s"
    """Scrape interval."""

    labels: dict[AlertLabel, str] = {}
    """External labels of metrics and alerts, besides `cluster` and `environment`."""

    @property
    def kept_gib(self) -> int:
        """Retention of metrics by size, in GiB."""
        return self.retention_gib or max(1, self.storage_gib * 4 // 5)


class GrafanaSso(Settings):
    """An identity provider for Grafana, by OAuth 2 or OpenID Connect."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Name on the login page."""

    client_id: Annotated[str, Field(min_length=1, max_length=250)]
    """Client id of Grafana at the provider."""

    client_secret: MonitoringSecret
    """Client secret of Grafana at the provider. `external_secrets.sources` sets its source."""

    auth_url: HttpsUrl
    """Authorization endpoint."""

    token_url: HttpsUrl
    """Token endpoint."""

    api_url: HttpsUrl
    """User info endpoint."""

    scopes: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:/-]+$")]],
        Field(min_length=1),
    ] = ["openid", "profile", "email", "groups"]
    """Scopes that Grafana requests."""

    groups_claim: AlertLabel = "groups"
    """Claim that contains the groups."""

    admins: list[SsoGroup] = []
    """Groups with the role Admin."""

    editors: list[SsoGroup] = []
    """Groups with the role Editor."""

    others_may_view: bool = False
    """Give all other users the role Viewer. If false, they cannot log in."""


class ImageRenderer(Settings):
    """Grafana's image renderer, a browser without a screen that makes pictures of panels."""

    enabled: bool = False
    """Install it. Grafana then offers pictures of panels, and `platform.reports.pictures` can have
    them."""

    cpu: Cpu = "100m"
    """CPU request."""

    memory: Memory = "1Gi"
    """Memory. Several pictures at once, or large dashboards, need more."""


class GrafanaSettings(Settings):
    """Grafana, the user interface for metrics."""

    host: ZoneName | None = None
    """Host name, served by the front door. Default: none; use `kubectl port-forward`."""

    load_balancer: Scheme | None = None
    """The load balancer that serves the host name: `public`, or `internal` for that of
    `edge.internal`. Default: `public`, unless it is switched off and the internal one is not."""

    storage_gib: Annotated[int, Field(ge=1, le=1000)] = 10
    """Size of its volume, in GiB, for dashboards and users that are created in Grafana."""

    sso: GrafanaSso | None = None
    """Single sign-on, in addition to the user `admin`."""

    image_renderer: ImageRenderer = ImageRenderer()
    """Pictures of panels."""


class PrometheusOperatorCrds(FurtherChart):
    """The CRDs of the Prometheus operator, which have a chart of their own."""


class MonitoringSettings(AddonSettings):
    """Prometheus, Grafana and Alertmanager.

    `version` and `values` are those of the chart kube-prometheus-stack.
    """

    storage_class: ObjectName | None = None
    """Storage class of the volumes. Default: `platform.storage_classes.volumes`, or the cluster's
    default class if `storage_classes` is disabled."""

    prometheus: PrometheusSettings = PrometheusSettings()
    """Prometheus."""

    grafana: GrafanaSettings = GrafanaSettings()
    """Grafana."""

    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    """Alertmanager."""

    amp: AmpSettings = AmpSettings()
    """Amazon Managed Service for Prometheus as a long-term store."""

    prometheus_operator_crds: PrometheusOperatorCrds = PrometheusOperatorCrds()
    """The CRDs. Set their version together with `version`, to that of the same operator."""

    @property
    def retention_hours(self) -> int:
        """Retention of metrics in Prometheus by age, in hours."""
        if self.amp.enabled and self.amp.local_retention_hours is not None:
            return self.amp.local_retention_hours
        return self.prometheus.retention_days * 24
