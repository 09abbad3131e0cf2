"""The pods of an add-on as its chart's values describe them, as far as Pod Security asks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from modules.helm.workload import Workload
from support.charts import overlaid

DATA: Final = Path(__file__).parents[1] / "charts" / "pod_contexts.yaml"

Entries = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By add-on and workload; the file says what is in one."""

HOST_KEYS: Final = ("hostNetwork", "useHostNetwork")


def entries(file: Path = DATA) -> Entries:
    """Reads them.

    Args:
        file: where they are.
    """
    return yaml.safe_load(file.read_text())


def at(values: Mapping[str, Any], path: str) -> Any:
    """The value at a path.

    Args:
        values: values.
        path: the path, with dots.

    Raises:
        LookupError: there is none.
    """
    found: Any = values
    for key in path.split("."):
        found = found[int(key)] if isinstance(found, list) else found[key]
    return found


def spec(entry: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a pod's spec.

    Args:
        entry: where the values say it.
        values: the chart's defaults with ours.

    Raises:
        LookupError: a path names no value.
    """
    unmounted = "host_path" not in entry or at(values, entry["host_path"])
    return {
        "securityContext": _context(entry.get("pod", {}), values),
        "containers": [
            {"name": f"container {number}", "securityContext": _context(each, values)}
            for number, each in enumerate(entry["containers"], 1)
        ],
        "volumes": [] if unmounted else [{"name": "node", "hostPath": {}}],
    }


def runs(workload: Workload, values: Mapping[str, Any]) -> bool:
    """Whether an environment has a workload.

    Args:
        workload: the workload.
        values: the chart's defaults with ours.
    """
    return not workload.enabled or bool(at(values, workload.enabled))


def on_the_hosts_network(values: Any, path: tuple[str, ...] = ()) -> list[str]:
    """The values that put pods on the node's own network, as paths.

    Args:
        values: the chart's defaults with ours.
        path: where they are.
    """
    if not isinstance(values, dict):
        return []
    found = [".".join((*path, key)) for key in HOST_KEYS if values.get(key) is True]
    for key, value in values.items():
        found += on_the_hosts_network(value, (*path, str(key)))
    return found


def _context(entry: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    context = overlaid(entry.get("fixed", {}), at(values, entry["at"]) if "at" in entry else {})
    fields = {field: at(values, path) for field, path in entry.get("fields", {}).items()}
    return overlaid(context, fields)
