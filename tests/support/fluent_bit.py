"""The fields of the records that Fluent Bit writes with a configuration."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

INPUTS: Final[Mapping[str, frozenset[str]]] = {
    # https://docs.fluentbit.io/manual/data-pipeline/parsers/multiline-parsing (cri)
    "tail": frozenset({"log", "stream", "_p"}),
    # https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html, with
    # `lowercase` and `strip_underscores`
    "systemd": frozenset({"message", "priority", "systemd_unit", "hostname", "syslog_identifier"}),
    # https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/, of API v1
    "kubernetes_events": frozenset(
        {
            *("metadata", "type", "reason", "message", "count", "action"),
            *("firstTimestamp", "lastTimestamp", "eventTime"),
            *("source.component", "source.host", "reportingComponent", "reportingInstance"),
            *(f"involvedObject.{key}" for key in ("kind", "namespace", "name", "uid", "fieldPath")),
        }
    ),
}
"""By plugin."""

KUBERNETES: Final = frozenset(
    f"kubernetes.{key}"
    for key in ("namespace_name", "pod_name", "pod_id", "container_name", "container_image", "host")
)
"""https://docs.fluentbit.io/manual/data-pipeline/filters/kubernetes"""


def written(configuration: Mapping[str, Any]) -> dict[str, set[str]]:
    """The fields by index or data stream; one that ends with `.*` stands for all below it."""
    pipeline = configuration["pipeline"]
    found: dict[str, set[str]] = {}
    for plugin in pipeline["inputs"]:
        fields = set(INPUTS[plugin["name"]])
        for each in pipeline["filters"]:
            if fnmatchcase(plugin["tag"], each["match"]):
                _filter(each, fields)
        for output in pipeline["outputs"]:
            if fnmatchcase(plugin["tag"], output["match"]):
                found.setdefault(output["index"], {"@timestamp"}).update(fields)
    return found


def _filter(plugin: Mapping[str, Any], fields: set[str]) -> None:
    if plugin["name"] == "kubernetes":
        fields |= KUBERNETES | ({"kubernetes.labels.*"} if plugin["labels"] else set[str]())
        fields |= {f"{plugin['merge_log_key']}.*"} if plugin["merge_log"] else set[str]()
    if "rename" in plugin:
        old, new = plugin["rename"].split()
        if old in fields:
            fields.remove(old)
            fields.add(new)
    if "record" in plugin:
        fields.add(plugin["record"].split()[0])
    fields.discard(plugin.get("remove_key", ""))
