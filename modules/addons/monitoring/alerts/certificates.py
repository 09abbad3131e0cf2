"""Certificates that cert-manager keeps."""

from typing import Final

from modules.addons.cert_manager import addon
from modules.addons.monitoring.alerts.component import Alert, Metrics, Part
from modules.addons.monitoring.alerts.dashboard import Dashboard, Panel, Query, Variable

_LABELS: Final = ("name", "namespace", "issuer_name", "issuer_kind", "issuer_group")

_OVERDUE: Final = (
    "Certificate {{ $labels.namespace }}/{{ $labels.name }} expires in "
    "{{ $value | humanizeDuration }}, and its renewal is overdue."
)


def _overdue_within(days: int) -> str:
    return f"""
        (
          max by (namespace, name) (
            certmanager_certificate_expiration_timestamp_seconds > 0
          ) - time() < {days} * 24 * 3600
        )
        and on (namespace, name)
        max by (namespace, name) (
          certmanager_certificate_renewal_timestamp_seconds
        ) < time()
    """


CERTIFICATES: Final = Part(
    name="certificates",
    title="Certificates (cert-manager)",
    installed=addon.ADDON.installed,
    metrics=(
        Metrics(
            source="https://github.com/cert-manager/cert-manager/blob/v1.21.1/internal/collectors/certificate_collector.go",
            labels={
                "certmanager_certificate_expiration_timestamp_seconds": _LABELS,
                "certmanager_certificate_renewal_timestamp_seconds": _LABELS,
                "certmanager_certificate_ready_status": (*_LABELS, "condition"),
            },
        ),
        Metrics(
            source="https://cert-manager.io/docs/devops-tips/prometheus-metrics/",
            labels={
                "certmanager_http_acme_client_request_count": ("host", "method", "status"),
                "certmanager_controller_sync_error_count": ("controller",),
            },
        ),
    ),
    alerts=(
        Alert(
            name="CertificateExpiresWithinDays",
            severity="critical",
            expr=_overdue_within(3),
            hold="15m",
            summary="A certificate expires within three days and is not renewed.",
            description=_OVERDUE,
            meaning="Clients will refuse the connection when it has expired.",
            first=(
                "`cmctl status certificate -n <namespace> <name>`, or `kubectl describe` the "
                "Certificate, its CertificateRequest, Order and Challenge, in this order: the "
                "first that is not ready names the reason.",
                "DNS-01: may cert-manager's role change the zone? HTTP-01: does port 80 of the "
                "name lead to this cluster?",
                "Let's Encrypt refuses more than five duplicates a week: "
                "https://letsencrypt.org/docs/rate-limits/.",
            ),
        ),
        Alert(
            name="CertificateExpiresSoon",
            severity="warning",
            expr=_overdue_within(14),
            hold="1h",
            summary="A certificate expires within two weeks and is not renewed.",
            description=_OVERDUE,
            meaning=(
                "cert-manager renews when two thirds of a certificate's life are over. This one is "
                "past that and has not been renewed. Certificates that live less than two weeks "
                "count only when they are overdue, too."
            ),
            first=("As with CertificateExpiresWithinDays; there is time to do it properly.",),
        ),
        Alert(
            name="CertificateNotReady",
            severity="warning",
            expr="""
                max by (namespace, name, issuer_name) (
                  certmanager_certificate_ready_status{condition="True"}
                ) == 0
            """,
            hold="30m",
            summary="A certificate cannot be issued.",
            description=(
                "Certificate {{ $labels.namespace }}/{{ $labels.name }} of issuer "
                "{{ $labels.issuer_name }} has not been ready for half an hour."
            ),
            meaning="A new certificate was refused, or what it asks for cannot be had.",
            first=(
                "As with CertificateExpiresWithinDays.",
                "`kubectl get clusterissuers`: is the issuer itself ready?",
            ),
        ),
    ),
    dashboard=Dashboard(
        uid="platform-certificates",
        title="Certificates",
        variables=(Variable("namespace", "certmanager_certificate_ready_status", "namespace"),),
        panels=(
            Panel(
                "Certificates",
                (
                    Query(
                        'count(certmanager_certificate_ready_status{condition="True", '
                        'namespace=~"$namespace"})'
                    ),
                ),
                kind="stat",
            ),
            Panel(
                "Not ready",
                (
                    Query(
                        'sum(certmanager_certificate_ready_status{condition!="True", '
                        'namespace=~"$namespace"})'
                    ),
                ),
                kind="stat",
            ),
            Panel(
                "Next to expire, in",
                (
                    Query(
                        "min(certmanager_certificate_expiration_timestamp_seconds"
                        '{namespace=~"$namespace"} > 0) - time()'
                    ),
                ),
                unit="s",
                kind="stat",
            ),
            Panel(
                "Renewals overdue",
                (
                    Query(
                        "count(certmanager_certificate_renewal_timestamp_seconds"
                        '{namespace=~"$namespace"} > 0 < time()) or vector(0)'
                    ),
                ),
                kind="stat",
            ),
            Panel(
                "Time until expiry",
                (
                    Query(
                        "bottomk(20, certmanager_certificate_expiration_timestamp_seconds"
                        '{namespace=~"$namespace"} - time())',
                        "{{namespace}}/{{name}}",
                    ),
                ),
                unit="s",
                description="The twenty that expire first.",
            ),
            Panel(
                "Requests to the certificate authority",
                (
                    Query(
                        "sum by (status) "
                        "(rate(certmanager_http_acme_client_request_count[$__rate_interval]))",
                        "{{status}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Errors by controller",
                (
                    Query(
                        "sum by (controller) "
                        "(rate(certmanager_controller_sync_error_count[$__rate_interval]))",
                        "{{controller}}",
                    ),
                ),
                unit="ops",
            ),
        ),
    ),
)
