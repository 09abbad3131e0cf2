"""Fluent Bit's outputs and their credentials, which are references to Secrets only."""

from typing import Any, Final

from config.addons.fluent_bit import ExistingLogStore
from config.derived import names
from config.environment import Environment
from modules.helm.contract import Policies, Values
from modules.helm.logs import (
    CA_SECRET,
    DATA_STREAM,
    EVENT_STREAM,
    PORT,
    SERVICE,
    USER,
    USER_SECRET,
)
from modules.identity.policy import Statement

CA_FOLDER: Final = "/fluent-bit/ca"
"""Where the CA of the destination's certificate is mounted."""

NAME, PASS = "LOG_STORE_USER", "LOG_STORE_PASS"
"""Environment variables from a Secret."""

STREAM: Final = (
    "$kubernetes['namespace_name'].$kubernetes['pod_name'].$kubernetes['container_name']"
)
"""Template of the name of a container's log stream in CloudWatch."""

Section = dict[str, Any]


def outputs(environment: Environment, namespace: str) -> list[Section]:
    """The outputs of the configured destination.

    Args:
        namespace: the namespace of Fluent Bit, and of an Elasticsearch in the same cluster.
    """
    settings = environment.platform.fluent_bit
    retry = _retry(environment)
    if settings.destination == "cloudwatch":
        return _cloudwatch(environment, retry)
    if settings.destination == "existing" and settings.existing:
        return [_existing(settings.existing) | retry]
    return [_in_cluster(namespace, DATA_STREAM) | retry]


def event_output(environment: Environment, namespace: str) -> Section:
    """The output of events of the Kubernetes API: to the same destination, apart from logs."""
    settings = environment.platform.fluent_bit
    retry = _retry(environment)
    if settings.destination == "cloudwatch":
        stream = {"alias": "events", "match": "*", "log_stream_name": "events"}
        return _log_group(environment) | stream | retry
    if settings.destination == "existing" and settings.existing:
        return _existing(settings.existing) | retry
    return _in_cluster(namespace, EVENT_STREAM) | retry


def _retry(environment: Environment) -> Section:
    settings = environment.platform.fluent_bit
    return {
        "retry_limit": settings.retry_limit,
        "storage.total_limit_size": f"{settings.buffer_gib}G",
    }


def environment_variables(environment: Environment) -> list[dict[str, Any]]:
    """Environment variables: the node's name, and credentials from Secrets."""
    variables: list[dict[str, Any]] = [
        {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    ]
    settings = environment.platform.fluent_bit
    if settings.destination == "elasticsearch":
        variables.append(_secret(PASS, USER_SECRET, "password"))
    elif settings.destination == "existing" and settings.existing and settings.existing.credentials:
        named = settings.existing.credentials
        variables.append(_secret(NAME, named.secret, named.username_key))
        variables.append(_secret(PASS, named.secret, named.password_key))
    return variables


def ca_secret(environment: Environment) -> str | None:
    """The Secret with the CA of the destination's certificate; None for public CAs."""
    settings = environment.platform.fluent_bit
    if settings.destination == "elasticsearch":
        return CA_SECRET
    if settings.destination == "existing" and settings.existing:
        return settings.existing.ca_secret
    return None


def ca_volume(secret: str) -> tuple[Values, Values]:
    """The volume with the CA, and where it is mounted."""
    items = [{"key": "ca.crt", "path": "ca.crt"}]
    return (
        {"name": "ca", "secret": {"secretName": secret, "items": items}},
        {"name": "ca", "mountPath": CA_FOLDER, "readOnly": True},
    )


def policies(environment: Environment) -> Policies:
    """AWS permissions: write to the log group, or to the configured OpenSearch domain.

    Sources: https://docs.fluentbit.io/manual/pipeline/outputs/cloudwatch and
    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
    """
    settings = environment.platform.fluent_bit
    if settings.destination == "cloudwatch":
        group = names.container_log_group_arn(environment)
        return {
            "write": (
                Statement(
                    "Write",
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    [group, f"{group}:log-stream:*"],
                ),
            )
        }
    if settings.destination == "existing" and settings.existing and settings.existing.aws_domain:
        domain = settings.existing.aws_domain
        return {"write": (Statement("Write", ["es:ESHttpPost"], [f"{domain}/_bulk"]),)}
    return {}


def _cloudwatch(environment: Environment, retry: Section) -> list[Section]:
    """A log stream for each container, and one for each systemd unit of each node.

    Terraform makes the log group, with encryption and retention.
    """
    common = _log_group(environment) | retry
    containers = {"alias": "containers", "match": "kube.*", "log_stream_template": STREAM}
    nodes = {"alias": "nodes", "match": "host.*"}
    return [
        common | containers | {"log_stream_prefix": "unnamed-"},
        common | nodes | {"log_stream_prefix": "node-${NODE_NAME}-"},
    ]


def _log_group(environment: Environment) -> Section:
    return {
        "name": "cloudwatch_logs",
        "region": environment.region,
        "log_group_name": names.container_log_group(environment),
        "auto_create_group": False,
    }


def _store(plugin: str, host: str, port: int, index: str) -> Section:
    """Writes to a data stream, without duplicates after a retry.

    https://docs.fluentbit.io/manual/pipeline/outputs/elasticsearch
    """
    return {
        "name": plugin,
        "alias": "store",
        "match": "*",
        "host": host,
        "port": port,
        "index": index,
        "write_operation": "create",
        "generate_id": True,
        # The generated id depends on the time: entries within the same millisecond must not get the
        # same id.
        "time_key_nanos": True,
        "suppress_type_name": True,
        "compress": "gzip",
        "trace_error": True,
        "buffer_size": "1M",
    }


def _in_cluster(namespace: str, index: str) -> Section:
    made = _store("es", f"{SERVICE}.{namespace}.svc", PORT, index)
    return made | _tls(own_ca=True) | {"http_user": USER, "http_passwd": f"${{{PASS}}}"}


def _existing(store: ExistingLogStore) -> Section:
    plugin = "opensearch" if store.product == "opensearch" else "es"
    made = _store(plugin, store.host, store.port, store.index)
    if store.tls:
        made |= _tls(own_ca=store.ca_secret is not None)
    if store.credentials:
        made |= {"http_user": f"${{{NAME}}}", "http_passwd": f"${{{PASS}}}"}
    if store.aws_domain:
        made |= {"aws_auth": True, "aws_region": store.aws_domain.split(":")[3]}
    return made


def _tls(*, own_ca: bool) -> Section:
    """https://docs.fluentbit.io/manual/administration/transport-security."""
    authority = {"tls.ca_file": f"{CA_FOLDER}/ca.crt"} if own_ca else {}
    return {"tls": True, "tls.verify": True, "tls.verify_hostname": True, **authority}


def _secret(variable: str, secret: str, key: str) -> dict[str, Any]:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
