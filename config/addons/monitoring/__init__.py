"""Metrics, dashboards and alerts in the `platform` section."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.addons.monitoring.alertmanager import AlertmanagerSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.alerting import AlertLabel, MonitoringSecret
from config.types.edge import ZoneName
from config.types.git import SsoGroup
from config.types.kubernetes import Duration, ObjectName, Quantity

HttpsUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~%/-]*)?$"),
    Form("an https:// address without a query"),
]


class PrometheusSettings(Settings):
    """Prometheus, which collects metrics."""

    replicas: Annotated[int, Field(ge=1, le=4)] = 2
    """Replicas. Each collects everything, so that one can be lost without a gap."""

    retention_days: Annotated[int, Field(ge=1, le=730)] = 15
    """How long metrics are kept, in days, unless the volume is full before."""

    storage_gib: Annotated[int, Field(ge=5, le=16384)] = 100
    """Size of each one's volume, in GiB."""

    retention_gib: Annotated[int, Field(ge=1, le=16384)] | None = None
    """Size of metrics above which the oldest go, in GiB. Default: four fifths of the volume."""

    cpu: Quantity = "500m"
    """Processors that each one asks for."""

    memory: Quantity = "4Gi"
    """Memory of each one. It grows with the number of time series, so with pods and nodes."""

    scrape_interval: Duration = "30s"
    """How often metrics are fetched."""

    labels: dict[AlertLabel, str] = {}
    """Labels of everything that leaves this Prometheus, alerts included, besides `cluster` and
    `environment`."""

    @property
    def kept_gib(self) -> int:
        """Size of metrics above which the oldest go, in GiB."""
        return self.retention_gib or max(1, self.storage_gib * 4 // 5)


class GrafanaSso(Settings):
    """An identity provider that people log in to Grafana with, by OAuth 2 or OpenID Connect."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Name on the button of the login page."""

    client_id: Annotated[str, Field(min_length=1, max_length=250)]
    """Grafana's id at the provider."""

    client_secret: MonitoringSecret
    """Grafana's secret at the provider. `external_secrets.sources` says where it comes from."""

    auth_url: HttpsUrl
    """Where people log in."""

    token_url: HttpsUrl
    """Where Grafana gets tokens."""

    api_url: HttpsUrl
    """Where Grafana asks who somebody is."""

    scopes: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:/-]+$")]],
        Field(min_length=1),
    ] = ["openid", "profile", "email", "groups"]
    """What Grafana asks to know."""

    groups_claim: AlertLabel = "groups"
    """Claim of the login that groups are read from."""

    admins: list[SsoGroup] = []
    """Groups that may do everything."""

    editors: list[SsoGroup] = []
    """Groups that may change dashboards."""

    others_may_view: bool = False
    """Whether everybody else who can log in may see everything. If not, they are refused."""


class GrafanaSettings(Settings):
    """Grafana, which shows metrics."""

    host: ZoneName | None = None
    """Name that people reach it under, through the front door. Default: none, and it is reached
    with `kubectl port-forward`."""

    storage_gib: Annotated[int, Field(ge=1, le=1000)] = 10
    """Size of its volume, in GiB, for dashboards and users that were made in it."""

    sso: GrafanaSso | None = None
    """An identity provider. The user `admin` stays besides."""


class MonitoringSettings(AddonSettings):
    """Prometheus, Grafana and Alertmanager."""

    storage_class: ObjectName | None = None
    """Class of their volumes. Default: `platform.storage_classes.volumes`, or the cluster's default
    class where the platform makes none."""

    prometheus: PrometheusSettings = PrometheusSettings()
    """Prometheus."""

    grafana: GrafanaSettings = GrafanaSettings()
    """Grafana."""

    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    """Alertmanager."""
