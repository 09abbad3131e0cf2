"""Secrets that External Secrets keeps in step."""

from typing import Final

from modules.addons.external_secrets import addon
from modules.addons.monitoring.alerts.component import Alert, Metrics, Part

_LABELS: Final = ("name", "namespace", "condition", "status")

SECRETS: Final = Part(
    name="secrets",
    title="Secrets (External Secrets)",
    installed=addon.ADDON.installed,
    metrics=(
        Metrics(
            source="https://external-secrets.io/latest/api/metrics/",
            labels={
                "externalsecret_status_condition": _LABELS,
                "clustersecretstore_status_condition": _LABELS,
            },
        ),
    ),
    alerts=(
        Alert(
            name="ExternalSecretNotSynced",
            severity="warning",
            expr="""
                max by (namespace, name) (
                  externalsecret_status_condition{condition="Ready", status="False"}
                ) == 1
            """,
            hold="15m",
            summary="A secret is not in step with its source.",
            description=(
                "ExternalSecret {{ $labels.namespace }}/{{ $labels.name }} has not been "
                "synced for fifteen minutes."
            ),
            meaning=(
                "The Kubernetes Secret is missing, or keeps an old value: a rotated password will "
                "stop working."
            ),
            first=(
                "`kubectl -n <namespace> describe externalsecret <name>`: the event has AWS's "
                "answer.",
                "`AccessDeniedException`: does the secret's name lie within what External Secrets "
                "may read? `ResourceNotFoundException`: is the name right, and the region?",
            ),
        ),
        Alert(
            name="SecretStoreNotReady",
            severity="critical",
            expr="""
                max by (name) (
                  clustersecretstore_status_condition{condition="Ready", status="False"}
                ) == 1
            """,
            hold="10m",
            summary="A store of secrets cannot be used.",
            description=(
                "ClusterSecretStore {{ $labels.name }} has not been ready for ten minutes."
            ),
            meaning="No secret of this store is made or renewed.",
            first=(
                "`kubectl describe clustersecretstore <name>`.",
                "`kubectl -n <namespace> logs deploy/external-secrets`: does it get its role's "
                "credentials?",
            ),
        ),
    ),
)
