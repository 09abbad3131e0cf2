"""Ingresses, whichever controller serves them."""

from typing import Final

from modules.addons.monitoring.alerts.component import Alert, Metrics, Part

_DOCS: Final = "https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/service"

SERVICE_NAME_LABEL: Final = "endpointslices=[kubernetes.io/service-name]"
"""What kube-state-metrics has to be told (`metricLabelsAllowlist`), so that one knows which
Service an EndpointSlice belongs to."""

INGRESSES: Final = Part(
    name="ingresses",
    title="Ingresses",
    installed=lambda environment: environment.platform.ingress.enabled,
    metrics=(
        Metrics(
            source=f"{_DOCS}/ingress-metrics.md",
            labels={
                "kube_ingress_path": (
                    "namespace",
                    "ingress",
                    "host",
                    "path",
                    "path_type",
                    "service_name",
                    "service_port",
                )
            },
        ),
        Metrics(
            source=f"{_DOCS}/endpointslice-metrics.md",
            labels={
                "kube_endpointslice_endpoints": (
                    "namespace",
                    "endpointslice",
                    "address",
                    "ready",
                ),
                "kube_endpointslice_labels": (
                    "namespace",
                    "endpointslice",
                    "label_kubernetes_io_service_name",
                ),
            },
        ),
        Metrics(
            source=f"{_DOCS}/service-metrics.md",
            labels={"kube_service_info": ("namespace", "service", "external_name")},
        ),
    ),
    alerts=(
        Alert(
            name="IngressWithoutEndpoints",
            severity="critical",
            expr="""
                max by (namespace, ingress, service_name) (
                  kube_ingress_path{service_name!=""}
                )
                unless on (namespace, service_name) label_replace(
                  kube_endpointslice_labels
                    and on (namespace, endpointslice)
                  kube_endpointslice_endpoints{ready="true"},
                  "service_name", "$1", "label_kubernetes_io_service_name", "(.+)"
                )
                unless on (namespace, service_name) label_replace(
                  kube_service_info{external_name!=""}, "service_name", "$1", "service", "(.+)"
                )
            """,
            hold="5m",
            summary="An Ingress leads to a Service without a ready pod.",
            description=(
                "Service {{ $labels.service_name }} of Ingress "
                "{{ $labels.namespace }}/{{ $labels.ingress }} has had no ready pod for five "
                "minutes."
            ),
            meaning="Whoever asks gets an error: there is nobody to answer.",
            first=(
                "`kubectl -n <namespace> get endpointslices -l kubernetes.io/service-name=<name>` "
                "and `kubectl -n <namespace> get pods`: no pods, or none ready?",
                "No pods at all: does the Service's selector still match their labels?",
                "None ready: the readiness probe, and the alerts about pods.",
            ),
        ),
    ),
)
