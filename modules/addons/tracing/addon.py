"""Tracing: Tempo, and the OpenTelemetry Collector that sends traces to it (I7)."""

from collections.abc import Sequence
from typing import Final

from modules.addons.istio.addon import ADDON as ISTIOD
from modules.addons.istio.addon import istio_on
from modules.addons.istio.tracing import telemetry
from modules.addons.tracing import collector, tempo, traffic
from modules.addons.tracing.data_source import data_source
from modules.helm.contract import Addon, Context, Helm, Manifest
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traces import COLLECTOR, NAMESPACE, tracing_on
from modules.helm.workload import Workload

SETTING: Final = "tracing"


def _telemetry(context: Context) -> Sequence[Manifest]:
    environment = context.environment
    if not istio_on(environment):
        return ()
    return telemetry(environment, ISTIOD.namespace_in(environment))


TEMPO: Final = Addon(
    name=tempo.NAME,
    chart="tempo",
    namespace=NAMESPACE,
    summary="Stores traces in S3 for the configured time, and searches them for Grafana.",
    values=tempo.values,
    setting=SETTING,
    requires=(FOR_SERVICES, FOR_NODES, FOR_MONITORS),
    after=("kube-prometheus-stack",),
    applies=tracing_on,
    service_account=tempo.NAME,
    policies=tempo.policies,
    resources=data_source,
    helm=Helm(
        timeout_seconds=900,
        reason="Waits until it is ready, which may need a new node and a volume.",
    ),
    images={"global.imageRegistry": "{registry}"},
    workloads=(Workload("tempo", ("tempo.resources",), system=False, volume=True),),
    traffic=traffic.tempo,
    notes=(
        "One replica, as the chart has it: while it is replaced, the collector keeps traces for "
        "ten minutes, and searches fail. New traces are in memory and on its volume, and after "
        "half an hour at the latest in the bucket of the network stack. [About "
        "traces](../tracing.md)."
    ),
)

ADDON: Final = Addon(
    name=COLLECTOR,
    chart="opentelemetry-collector",
    namespace=NAMESPACE,
    summary=(
        "The OpenTelemetry Collector: receives traces of the mesh and of applications, adds the "
        "metadata of pods, chooses which are kept, and sends them to Tempo."
    ),
    values=collector.values,
    setting=SETTING,
    further_chart="collector",
    requires=(tempo.NAME, FOR_SERVICES, FOR_NODES, FOR_MONITORS),
    after=(ISTIOD.name,),
    applies=tracing_on,
    prerequisites=collector.routed_service,
    resources=_telemetry,
    helm=Helm(
        timeout_seconds=900,
        reason="Waits until all replicas are ready, which may need new nodes.",
    ),
    images={"image.repository": f"{{registry}}/{collector.IMAGE}"},
    workloads=(Workload("collector", ("resources",), "replicaCount", system=False),),
    traffic=traffic.collector,
    notes=(
        "Applications send OTLP to `otel-collector.tracing`, with gRPC to port 4317 or with HTTP "
        "to port 4318. [About traces](../tracing.md)."
    ),
)

ADDONS: Final = (TEMPO, ADDON)
