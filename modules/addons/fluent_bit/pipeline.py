"""Fluent Bit's configuration: inputs, filters and outputs.

The keys are those of https://docs.fluentbit.io/manual.
"""

from typing import Any, Final

from config.environment import Environment
from modules.addons.fluent_bit.outputs import outputs

STATE: Final = "/var/lib/fluent-bit"
"""Directory of the node for buffers and file positions, which outlive the pod."""

CONTAINERS: Final = "/var/log/containers"
"""The kubelet links the log of each container here: `<pod>_<namespace>_<container>-<id>.log`."""

UNITS: Final = ("kubelet", "containerd")
"""Systemd units whose journal is collected."""

HEALTH_CHECKS: Final = "(kube-probe/|ELB-HealthChecker/)"
"""User agents of health checks by Kubernetes and load balancers in access logs."""

HTTP_PORT: Final = 2020
"""Port of metrics and health checks; the chart's default."""

Section = dict[str, Any]


def configuration(environment: Environment, namespace: str) -> dict[str, Any]:
    """The whole configuration.

    Args:
        namespace: the namespace of Fluent Bit, whose own pods' logs are not collected.
    """
    return {
        "service": service(),
        "pipeline": {
            "inputs": _inputs(environment, namespace),
            "filters": _filters(environment),
            "outputs": outputs(environment, namespace),
        },
    }


def service() -> Section:
    """Buffers on disk, with little memory.

    At most 32 chunks of 2 MB are in memory. Further chunks go to disk, so that inputs are never
    paused and no file is rotated unread; `storage.pause_on_chunks_overlimit` is false, because a
    paused input would not use the disk.
    https://docs.fluentbit.io/manual/administration/buffering-and-storage
    """
    return {
        "flush": 1,
        "log_level": "info",
        "parsers_file": "/fluent-bit/etc/parsers.conf",
        "http_server": True,
        "http_port": HTTP_PORT,
        "health_check": True,
        "scheduler.base": 5,
        "scheduler.cap": 300,
        "storage.path": f"{STATE}/storage",
        "storage.sync": "normal",
        "storage.checksum": True,
        "storage.max_chunks_up": 32,
        "storage.backlog.mem_limit": "16M",
        "storage.delete_irrecoverable_chunks": True,
        "storage.metrics": True,
    }


def _inputs(environment: Environment, namespace: str) -> list[Section]:
    settings = environment.platform.fluent_bit
    # Fluent Bit's own errors about failed sends would multiply.
    excluded = [f"fluent-bit-*_{namespace}_*.log"]
    excluded += [f"*_{name}_*.log" for name in sorted(set(settings.exclude_namespaces))]
    files = {
        "name": "tail",
        "alias": "containers",
        "tag": "kube.*",
        "path": f"{CONTAINERS}/*.log",
        "exclude_path": ",".join(f"{CONTAINERS}/{pattern}" for pattern in excluded),
        "multiline.parser": "cri",
        "read_from_head": True,
        "refresh_interval": 5,
        "rotate_wait": 30,
        "skip_long_lines": True,
        "buffer_max_size": "1M",
        "db": f"{STATE}/containers.db",
        "db.locking": True,
        "storage.type": "filesystem",
        "storage.pause_on_chunks_overlimit": False,
    }
    return [files, *(_journal(unit) for unit in UNITS if settings.node_logs)]


def _journal(unit: str) -> Section:
    return {
        "name": "systemd",
        "alias": unit,
        "tag": f"host.{unit}",
        "path": "/var/log/journal",
        "systemd_filter": f"_SYSTEMD_UNIT={unit}.service",
        "lowercase": True,
        "strip_underscores": True,
        "max_entries": 1000,
        "db": f"{STATE}/{unit}.db",
        "storage.type": "filesystem",
    }


def cluster_name(environment: Environment) -> Section:
    """A filter that adds the name of the cluster to every record."""
    return {
        "name": "record_modifier",
        "match": "*",
        "record": f"cluster {environment.cluster_name}",
    }


def _filters(environment: Environment) -> list[Section]:
    """The order matters: the first filter sends its records through all filters again.

    https://docs.fluentbit.io/manual/pipeline/filters/multiline-stacktrace
    """
    settings = environment.platform.fluent_bit
    traces = {
        "name": "multiline",
        "match": "kube.*",
        "multiline.key_content": "log",
        "multiline.parser": ",".join(settings.multiline),
        "flush_ms": 2000,
        "emitter_name": "traces",
        "emitter_storage.type": "filesystem",
        "emitter_mem_buf_limit": "32M",
    }
    health_checks = {"name": "grep", "match": "kube.*", "exclude": f"log {HEALTH_CHECKS}"}
    metadata = {
        "name": "kubernetes",
        "match": "kube.*",
        # Fields of applications are below one key, where they cannot clash with others.
        "merge_log": True,
        "merge_log_key": "fields",
        "keep_log": True,
        "labels": True,
        "annotations": False,
        "k8s-logging.parser": True,
        # A compromised pod must not be able to disable its logs.
        "k8s-logging.exclude": False,
        "buffer_size": 0,
        "kube_meta_cache_ttl": "300s",
    }
    return [
        *([traces] if settings.multiline else []),
        *([health_checks] if settings.drop_health_checks else []),
        metadata,
        {"name": "modify", "match": "kube.*", "rename": "log message"},
        {"name": "record_modifier", "match": "kube.*", "remove_key": "_p"},
        cluster_name(environment),
        {"name": "record_modifier", "match": "host.*", "record": "node ${NODE_NAME}"},
    ]
