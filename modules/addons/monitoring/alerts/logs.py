"""The way of logs from the nodes to where they are kept: Fluent Bit's part of it."""

from typing import Final

from modules.addons.fluent_bit import addon
from modules.addons.monitoring.alerts.component import Alert, Metrics, Part
from modules.addons.monitoring.alerts.dashboard import Dashboard, Panel, Query, Variable

_NAME: Final = ("name",)
_CHOSEN: Final = '{pod=~"$pod"}[$__rate_interval]'

_FIRST: Final = (
    "`kubectl -n <namespace> logs <pod> --since=15m`: an answer of 429 means that the destination "
    "is overloaded, 401 that its password changed, `no upstream connections available` that it "
    "cannot be reached.",
    "Is the destination well? Elasticsearch: `kubectl -n <namespace> get elasticsearch` and the "
    "alerts about its volumes. A full disk makes its indices read-only.",
)

LOGS: Final = Part(
    name="logs",
    title="Logs (Fluent Bit)",
    installed=addon.ADDON.installed,
    metrics=(
        Metrics(
            source="https://docs.fluentbit.io/manual/administration/monitoring",
            labels={
                "fluentbit_input_bytes_total": _NAME,
                "fluentbit_input_records_total": _NAME,
                "fluentbit_storage_fs_chunks": (),
                "fluentbit_output_proc_bytes_total": _NAME,
                "fluentbit_output_proc_records_total": _NAME,
                "fluentbit_output_errors_total": _NAME,
                "fluentbit_output_retries_total": _NAME,
                "fluentbit_output_retries_failed_total": _NAME,
                "fluentbit_output_dropped_records_total": _NAME,
            },
        ),
    ),
    alerts=(
        Alert(
            name="LogsStalled",
            severity="critical",
            # One output that fails beside others that deliver; or nothing at all that goes out,
            # whether it is tried again or not.
            expr="""
                (
                  sum by (namespace, pod, name) (rate(fluentbit_output_proc_bytes_total[15m])) == 0
                  and on (namespace, pod, name)
                  sum by (namespace, pod, name) (rate(fluentbit_output_retries_total[15m])) > 0
                )
                and on (namespace, pod)
                sum by (namespace, pod) (min_over_time(fluentbit_storage_fs_chunks[15m])) > 0
                or
                (
                  sum by (namespace, pod) (rate(fluentbit_output_proc_bytes_total[15m])) == 0
                  and on (namespace, pod)
                  sum by (namespace, pod) (rate(fluentbit_input_bytes_total[15m])) > 0
                  unless on (namespace, pod)
                  sum by (namespace, pod) (rate(fluentbit_output_retries_total[15m])) > 0
                )
                and on (namespace, pod)
                sum by (namespace, pod) (min_over_time(fluentbit_storage_fs_chunks[15m])) > 0
            """,
            hold="10m",
            summary="A node's logs are read and go nowhere.",
            description=(
                "{{ with $labels.name }}Output {{ . }} of {{ end }}{{ $labels.namespace }}/"
                "{{ $labels.pod }} has delivered no logs for 25 minutes."
            ),
            meaning=(
                "The destination takes nothing. Logs wait on the node's disk, and are lost when "
                "`platform.fluent_bit.buffer_gib` is full."
            ),
            first=_FIRST,
        ),
        Alert(
            name="LogsDropped",
            severity="critical",
            expr="""
                sum by (namespace, pod, name) (
                  increase(fluentbit_output_dropped_records_total[15m])
                ) > 0
            """,
            hold="5m",
            summary="Log records are lost.",
            description=(
                "Output {{ $labels.name }} of {{ $labels.namespace }}/{{ $labels.pod }} has "
                "dropped {{ $value | humanize }} records within fifteen minutes."
            ),
            meaning=(
                "The destination refused them for good (a field of another type than before, for "
                "example), or they were tried as often as is allowed."
            ),
            first=(
                *_FIRST,
                "`mapper_parsing_exception`: an application changed the type of a field; see the "
                "index's mapping in Kibana.",
            ),
        ),
        Alert(
            name="LogsRetrying",
            severity="warning",
            expr="""
                sum by (namespace, pod, name) (rate(fluentbit_output_retries_total[10m])) > 0
                or
                sum by (namespace, pod, name) (rate(fluentbit_output_errors_total[10m])) > 0
            """,
            hold="30m",
            summary="Log records are delivered late.",
            description=(
                "Output {{ $labels.name }} of {{ $labels.namespace }}/{{ $labels.pod }} has been "
                "trying again for half an hour."
            ),
            meaning="The destination refuses some of what is sent; nothing is lost yet.",
            first=_FIRST,
        ),
        Alert(
            name="LogsWaiting",
            severity="warning",
            expr="sum by (namespace, pod) (fluentbit_storage_fs_chunks) > 200",
            hold="15m",
            summary="Log records pile up on a node's disk.",
            description=(
                "{{ $value | humanize }} chunks wait on the disk of the node of "
                "{{ $labels.namespace }}/{{ $labels.pod }}."
            ),
            meaning=(
                "More is read than delivered. Beyond `platform.fluent_bit.buffer_gib` the oldest "
                "chunks are thrown away."
            ),
            first=(
                *_FIRST,
                "Which application writes so much? See the log records by namespace in Kibana.",
            ),
        ),
    ),
    dashboard=Dashboard(
        uid="platform-logs",
        title="Logs",
        variables=(Variable("pod", "fluentbit_input_bytes_total", "pod"),),
        panels=(
            Panel(
                "Read",
                (Query(f"sum(rate(fluentbit_input_bytes_total{_CHOSEN}))"),),
                unit="Bps",
                kind="stat",
            ),
            Panel(
                "Delivered",
                (Query(f"sum(rate(fluentbit_output_proc_bytes_total{_CHOSEN}))"),),
                unit="Bps",
                kind="stat",
            ),
            Panel(
                "Records dropped within an hour",
                (Query("sum(increase(fluentbit_output_dropped_records_total[1h]))"),),
                kind="stat",
            ),
            Panel(
                "Chunks that wait on disk",
                (Query('sum(fluentbit_storage_fs_chunks{pod=~"$pod"})'),),
                kind="stat",
            ),
            Panel(
                "Records read and delivered",
                (
                    Query(f"sum(rate(fluentbit_input_records_total{_CHOSEN}))", "read"),
                    Query(f"sum(rate(fluentbit_output_proc_records_total{_CHOSEN}))", "delivered"),
                ),
                unit="cps",
            ),
            Panel(
                "Nodes that read most",
                (
                    Query(
                        f"topk(10, sum by (pod) (rate(fluentbit_input_bytes_total{_CHOSEN})))",
                        "{{pod}}",
                    ),
                ),
                unit="Bps",
            ),
            Panel(
                "Errors and retries",
                (
                    Query(
                        f"sum by (name) (rate(fluentbit_output_errors_total{_CHOSEN}))",
                        "errors {{name}}",
                    ),
                    Query(
                        f"sum by (name) (rate(fluentbit_output_retries_total{_CHOSEN}))",
                        "retries {{name}}",
                    ),
                    Query(
                        f"sum by (name) (rate(fluentbit_output_retries_failed_total{_CHOSEN}))",
                        "given up {{name}}",
                    ),
                ),
                unit="ops",
            ),
            Panel(
                "Nodes on whose disk most chunks wait",
                (
                    Query(
                        'topk(10, sum by (pod) (fluentbit_storage_fs_chunks{pod=~"$pod"}))',
                        "{{pod}}",
                    ),
                ),
            ),
        ),
    ),
)
