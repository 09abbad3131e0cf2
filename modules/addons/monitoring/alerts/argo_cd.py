"""What Argo CD deploys."""

from typing import Final

from modules.addons.argo_cd import addon
from modules.addons.monitoring.alerts.component import Alert, Metrics, Part
from modules.addons.monitoring.alerts.dashboard import Dashboard, Panel, Query, Variable

ARGO_CD: Final = Part(
    name="argo-cd",
    title="Argo CD",
    installed=addon.ADDON.installed,
    metrics=(
        Metrics(
            source="https://argo-cd.readthedocs.io/en/stable/operator-manual/metrics/",
            labels={
                "argocd_app_info": (
                    "name",
                    "exported_namespace",
                    "project",
                    "dest_server",
                    "dest_namespace",
                    "repo",
                    "sync_status",
                    "health_status",
                ),
                "argocd_app_sync_total": (
                    "name",
                    "exported_namespace",
                    "project",
                    "dest_server",
                    "phase",
                ),
                "argocd_app_reconcile_bucket": ("dest_server", "le"),
                "argocd_cluster_connection_status": ("server", "k8s_version"),
                "argocd_git_request_total": ("repo", "request_type"),
            },
        ),
    ),
    alerts=(
        Alert(
            name="ArgoCdApplicationOutOfSync",
            severity="warning",
            expr='sum by (project, name) (argocd_app_info{sync_status!="Synced"}) > 0',
            hold="30m",
            summary="An application differs from what is in Git.",
            description=(
                "Application {{ $labels.name }} of project {{ $labels.project }} has been out of "
                "sync for half an hour."
            ),
            meaning=(
                "Somebody changed the cluster by hand, a sync fails, a sync window is closed, or "
                "automated sync is off and nobody has synced."
            ),
            first=(
                "`argocd app diff <application>` shows what differs.",
                "`argocd app get <application>`: conditions, and the message of the last sync.",
                "A field that something in the cluster sets belongs into `ignoreDifferences`.",
            ),
        ),
        Alert(
            name="ArgoCdApplicationUnhealthy",
            severity="warning",
            expr="""
                sum by (project, name) (
                  argocd_app_info{health_status=~"Degraded|Missing|Unknown"}
                ) > 0
            """,
            hold="15m",
            summary="An application is not healthy.",
            description=(
                "Application {{ $labels.name }} of project {{ $labels.project }} has not been "
                "healthy for fifteen minutes."
            ),
            meaning="One of the application's objects does not work, or is not there.",
            first=(
                "`argocd app get <application> --show-operation`: which object, and why?",
                "Roll back with `git revert`; Argo CD does the rest.",
            ),
        ),
        Alert(
            name="ArgoCdSyncFailed",
            severity="warning",
            expr="""
                sum by (project, name) (
                  increase(argocd_app_sync_total{phase=~"Error|Failed"}[15m])
                ) > 0
                and on (project, name) argocd_app_info{sync_status!="Synced"}
            """,
            hold="10m",
            summary="An application cannot be synced.",
            description=(
                "Syncs of application {{ $labels.name }} of project {{ $labels.project }} fail."
            ),
            meaning="The API server, an admission policy or a hook refused what is in Git.",
            first=(
                "`argocd app get <application>`: the message of the last sync.",
                "Quotas and Pod Security of the namespace refuse what is not allowed there: "
                "`kubectl -n <namespace> get events`.",
            ),
        ),
        Alert(
            name="ArgoCdClusterUnreachable",
            severity="critical",
            expr="min by (server) (argocd_cluster_connection_status) == 0",
            hold="10m",
            summary="Argo CD cannot reach a cluster.",
            description="Argo CD has not reached {{ $labels.server }} for ten minutes.",
            meaning="Nothing is deployed to this cluster, and nothing is known of it.",
            first=(
                "`argocd cluster get <server>`: the message of the last try.",
                "Another cluster of the hub: does its access entry name the hub's role, and does "
                "its endpoint take connections from this VPC?",
            ),
        ),
    ),
    dashboard=Dashboard(
        uid="platform-argo-cd",
        title="Argo CD",
        variables=(Variable("project", "argocd_app_info", "project"),),
        panels=(
            Panel(
                "Applications",
                (Query('count(argocd_app_info{project=~"$project"})'),),
                kind="stat",
            ),
            Panel(
                "Out of sync",
                (
                    Query(
                        'count(argocd_app_info{project=~"$project", sync_status!="Synced"}) '
                        "or vector(0)"
                    ),
                ),
                kind="stat",
            ),
            Panel(
                "Not healthy",
                (
                    Query(
                        'count(argocd_app_info{project=~"$project", '
                        'health_status!~"Healthy|Progressing|Suspended"}) or vector(0)'
                    ),
                ),
                kind="stat",
            ),
            Panel(
                "Clusters out of reach",
                (Query("count(argocd_cluster_connection_status == 0) or vector(0)"),),
                kind="stat",
            ),
            Panel(
                "Applications by sync status",
                (
                    Query(
                        'count by (sync_status) (argocd_app_info{project=~"$project"})',
                        "{{sync_status}}",
                    ),
                ),
            ),
            Panel(
                "Applications by health",
                (
                    Query(
                        'count by (health_status) (argocd_app_info{project=~"$project"})',
                        "{{health_status}}",
                    ),
                ),
            ),
            Panel(
                "Syncs",
                (
                    Query(
                        "sum by (phase) (increase("
                        'argocd_app_sync_total{project=~"$project"}[$__rate_interval]))',
                        "{{phase}}",
                    ),
                ),
            ),
            Panel(
                "Time to reconcile, 95th percentile",
                (
                    Query(
                        "histogram_quantile(0.95, sum by (dest_server, le) ("
                        "rate(argocd_app_reconcile_bucket[$__rate_interval])))",
                        "{{dest_server}}",
                    ),
                ),
                unit="s",
            ),
            Panel(
                "Requests to Git",
                (
                    Query(
                        "sum by (request_type) (rate(argocd_git_request_total[$__rate_interval]))",
                        "{{request_type}}",
                    ),
                ),
                unit="reqps",
            ),
        ),
    ),
)
