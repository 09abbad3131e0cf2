"""What the pods of tracing serve and call."""

from modules.addons.tracing.collector import LABELS, METRICS_PORT, ROUTED_PORT
from modules.addons.tracing.tempo import NAME, PORT, PROMETHEUS_PORT
from modules.helm.contract import Context
from modules.helm.traces import COLLECTOR, OTLP_GRPC, OTLP_HTTP, sampling_method
from modules.helm.traffic import Call, PodTraffic, tcp


def tempo(context: Context) -> tuple[PodTraffic, ...]:
    """Tempo writes traces to S3, and metrics of the service graph to Prometheus."""
    metrics = Call("kube-prometheus-stack", "prometheus", tcp(PROMETHEUS_PORT))
    graph = context.environment.platform.tracing.service_graph
    return (
        PodTraffic(
            NAME,
            {"app.kubernetes.io/name": NAME},
            aws=True,
            calls=(metrics,) if graph else (),
            metrics=(PORT,),
        ),
    )


def collector(context: Context) -> tuple[PodTraffic, ...]:
    """Every namespace may send traces; those of teams have network policies of their own."""
    tail = sampling_method(context.environment) == "tail"
    routed = (Call(COLLECTOR, "collector", tcp(ROUTED_PORT)),) if tail else ()
    return (
        PodTraffic(
            "collector",
            LABELS,
            api=True,
            calls=(Call(NAME, NAME, tcp(OTLP_GRPC)), *routed),
            metrics=(METRICS_PORT,),
            open=(OTLP_GRPC, OTLP_HTTP),
        ),
    )
