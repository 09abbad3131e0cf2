"""Changes of behaviour that matter in a live cluster, and nodes that are too old."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from runner.check.finding import Finding
from runner.upgrade_plan.eks import node_skew
from runner.upgrade_plan.live_api import LiveApi
from runner.upgrade_plan.minors import MinorUpgrade
from runner.upgrade_plan.removed_apis import Sign, table

Object = dict[str, Any]

_KUBELET: Final = re.compile(r"v(1\.\d+)\.")
_MINOR: Final = re.compile(r"1\.\d+")
_SHOWN: Final = 10


def find(api: LiveApi, pods: list[Object], upgrade: MinorUpgrade) -> Iterator[Finding]:
    """The changes that matter, and nodes that are too old.

    Raises:
        NotCheckedError: the API does not answer, or refuses a request.
    """
    nodes = api.objects("/api/v1/nodes")
    services = api.objects("/api/v1/services")
    signs: dict[Sign, Callable[[], list[str]]] = {
        "amazon_linux_2": lambda: [_name(each) for each in nodes if _is_amazon_linux_2(each)],
        "containerd_1": lambda: [_name(each) for each in nodes if _has_containerd_1(each)],
        "git_repo": lambda: [_name(each) for each in pods if _has_git_repo(each)],
        "external_ips": lambda: [
            _name(each) for each in services if each["spec"].get("externalIPs")
        ],
    }
    found = 0
    for row in table().behaviours:
        names = signs[row.look]() if row.minor == upgrade.target and row.look in signs else []
        if names:
            found += 1
            shown = ", ".join(sorted(names)[:_SHOWN])
            yield Finding(
                "error" if row.look in {"amazon_linux_2", "git_repo"} else "warning",
                shown,
                f"{row.change} ({len(names)})",
                action=f"{row.action} ({row.source})",
            )
    if not found:
        yield Finding("ok", f"changes of {upgrade.target}", "nothing found that they break")
    yield from _skew(nodes, upgrade)


def _skew(nodes: list[Object], upgrade: MinorUpgrade) -> Iterator[Finding]:
    by_minor: dict[str, int] = {}
    for node in nodes:
        version: str = node["status"]["nodeInfo"]["kubeletVersion"]
        found = _KUBELET.match(version)
        minor = found[1] if found else version
        by_minor[minor] = by_minor.get(minor, 0) + 1
    for minor, count in sorted(by_minor.items()):
        subject = f"{count} nodes with {minor}"
        if _MINOR.fullmatch(minor):
            yield node_skew(subject, minor, upgrade)
        else:
            yield Finding("not checked", subject, "no version of a kubelet")


def _is_amazon_linux_2(node: Object) -> bool:
    return node["status"]["nodeInfo"].get("osImage", "") == "Amazon Linux 2"


def _has_containerd_1(node: Object) -> bool:
    runtime: str = node["status"]["nodeInfo"].get("containerRuntimeVersion", "")
    return runtime.startswith("containerd://1.")


def _has_git_repo(pod: Object) -> bool:
    return any("gitRepo" in each for each in pod["spec"].get("volumes") or ())


def _name(content: Object) -> str:
    metadata = content["metadata"]
    return "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
