"""The containers that objects define, and what they may do that they should not."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")


def containers(
    value: Any, pod: Mapping[str, Any] | None = None
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every container below a value, with the pod spec that it is in.

    Args:
        value: an object, or part of one.
        pod: the pod spec that the value is part of.
    """
    match value:
        case dict():
            for key, inner in value.items():
                if key in _LISTS and isinstance(inner, list):
                    yield from ((each, value) for each in inner)
                else:
                    yield from containers(inner, value)
        case list():
            for inner in value:
                yield from containers(inner, pod)
        case _:
            pass


def container_problems(
    container: Mapping[str, Any], pod: Mapping[str, Any], *, cpu_limit: bool = True
) -> list[str]:
    """What a container lacks: requests, limits, a read-only root file system, no privilege.

    Args:
        container: the container.
        pod: the pod spec that it is in.
        cpu_limit: whether it needs a limit of CPU. Pods of add-ons have none, for the reason that
            modules/scheduling.py gives.
    """
    name = container.get("name", "(no name)")
    resources = container.get("resources") or {}
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    context = {**(pod.get("securityContext") or {}), **(container.get("securityContext") or {})}
    wanted = {
        "requests.cpu": "cpu" in requests,
        "requests.memory": "memory" in requests,
        "limits.cpu": "cpu" in limits or not cpu_limit,
        "limits.memory": "memory" in limits,
        "readOnlyRootFilesystem: true": context.get("readOnlyRootFilesystem") is True,
        "allowPrivilegeEscalation: false": context.get("allowPrivilegeEscalation") is False,
        "runAsNonRoot: true": context.get("runAsNonRoot") is True,
        "capabilities.drop: [ALL]": (context.get("capabilities") or {}).get("drop") == ["ALL"],
        "seccompProfile": "seccompProfile" in context,
    }
    refused = {
        "privileged": context.get("privileged") is True,
        "capabilities.add": bool((context.get("capabilities") or {}).get("add")),
        **{key: pod.get(key) is True for key in ("hostNetwork", "hostPID", "hostIPC")},
    }
    return [f"{name}: lacks {each}" for each, there in wanted.items() if not there] + [
        f"{name}: has {each}" for each, there in refused.items() if there
    ]
