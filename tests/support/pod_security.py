"""The Pod Security Standards: what a namespace's level has against a pod.

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from modules.helm.contract import PodSecurity

HOST: Final = ("hostNetwork", "hostPID", "hostIPC")

BASELINE_CAPABILITIES: Final = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)

SYSCTLS: Final = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)

VOLUMES: Final = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
"""Kinds of volumes that the restricted level has."""

WORKLOADS: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
} | dict.fromkeys(
    ("DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"), ("spec", "template", "spec")
)
"""By kind, where its pods' spec is."""


def pod_spec(manifest: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The spec of an object's pods; None where it makes none.

    Args:
        manifest: an object.
    """
    path = WORKLOADS.get(manifest["kind"])
    if path is None:
        return None
    found: Mapping[str, Any] = manifest
    for key in path:
        found = found[key]
    return found


def violations(spec: Mapping[str, Any], level: PodSecurity) -> list[str]:
    """What a level has against a pod.

    Args:
        spec: the pod's spec.
        level: the level.
    """
    if level == "privileged":
        return []
    found = list(_baseline(spec))
    return found if level == "baseline" else [*found, *_restricted(spec)]


def _containers(spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key in ("initContainers", "containers"):
        for container in spec.get(key) or ():
            yield container.get("name", key), container


def _baseline(spec: Mapping[str, Any]) -> Iterator[str]:
    pod = spec.get("securityContext") or {}
    yield from (f"{key} is on" for key in HOST if spec.get(key))
    for volume in spec.get("volumes") or ():
        if "hostPath" in volume:
            yield f"volume {volume['name']} is a folder of the node"
    for sysctl in pod.get("sysctls") or ():
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']} is not a safe one"
    if _seccomp(pod) == "Unconfined":
        yield "seccompProfile is Unconfined"
    for name, container in _containers(spec):
        own = container.get("securityContext") or {}
        if own.get("privileged"):
            yield f"{name} is privileged"
        if _seccomp(own) == "Unconfined":
            yield f"{name}: seccompProfile is Unconfined"
        if own.get("procMount", "Default") != "Default":
            yield f"{name}: procMount is {own['procMount']}"
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield f"{name} takes port {port['hostPort']} of the node"
        added = (own.get("capabilities") or {}).get("add") or ()
        yield from (
            f"{name} adds capability {each}" for each in added if each not in BASELINE_CAPABILITIES
        )


def _restricted(spec: Mapping[str, Any]) -> Iterator[str]:
    pod = spec.get("securityContext") or {}
    for volume in spec.get("volumes") or ():
        kinds = set(volume) - {"name"}
        if not kinds <= VOLUMES | {"hostPath"}:
            yield f"volume {volume['name']} is of kind {', '.join(sorted(kinds))}"
    for name, container in _containers(spec):
        own = container.get("securityContext") or {}
        if own.get("allowPrivilegeEscalation") is not False:
            yield f"{name}: allowPrivilegeEscalation is not false"
        if own.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
            yield f"{name}: runAsNonRoot is not true"
        if own.get("runAsUser", pod.get("runAsUser")) == 0:
            yield f"{name}: runAsUser is 0"
        if (_seccomp(own) or _seccomp(pod)) not in {"RuntimeDefault", "Localhost"}:
            yield f"{name}: seccompProfile is neither RuntimeDefault nor Localhost"
        capabilities = own.get("capabilities") or {}
        if "ALL" not in (capabilities.get("drop") or ()):
            yield f"{name}: capabilities.drop is without ALL"
        added = set(capabilities.get("add") or ()) - {"NET_BIND_SERVICE"}
        yield from (f"{name} adds capability {each}" for each in sorted(added))


def _seccomp(context: Mapping[str, Any]) -> str | None:
    return (context.get("seccompProfile") or {}).get("type")
