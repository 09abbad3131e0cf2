"""Rules of Amazon Managed Service for Prometheus."""

from collections.abc import Iterator
from typing import Final

from config.addons.monitoring.amp import OF_CREATED
from config.derived import amp
from config.environment import Environment
from config.problem import Path, Problem
from modules.addons.monitoring.amp import REPLICA
from rules.duplicates import repeated
from rules.registration import rule

AMP: Final[Path] = ("platform", "monitoring", "amp")

LABELS: Final[Path] = ("platform", "monitoring", "prometheus", "labels")


@rule("platform")
def amp_has_prometheus(environment: Environment) -> Iterator[Problem]:
    """The platform's Prometheus writes to the workspace."""
    monitoring = environment.platform.monitoring
    if monitoring.amp.enabled and not monitoring.enabled:
        message = "needs platform.monitoring, which is switched off"
        yield Problem((*AMP, "enabled"), message, value=True)


@rule("platform")
def amp_settings_are_of_the_created_workspace(environment: Environment) -> Iterator[Problem]:
    """A workspace that exists has its own alias, key, retention and log."""
    settings = environment.platform.monitoring.amp
    if settings.workspace is None:
        return
    for name in OF_CREATED:
        if name in settings.model_fields_set:
            message = "is of a workspace that this environment creates, and workspace names another"
            allowed = f"no {name}, or no workspace"
            yield Problem((*AMP, name), message, getattr(settings, name), allowed)


@rule("region", "platform")
def amp_key_is_in_the_region(environment: Environment) -> Iterator[Problem]:
    """The key of the created workspace is in its region."""
    key = environment.platform.monitoring.amp.kms_key
    if key is not None and key.split(":")[3] != environment.region:
        message = f"is not in {environment.region}, where the workspace is"
        yield Problem((*AMP, "kms_key"), message, key, f"a key in {environment.region}")


@rule("region", "platform")
def amp_workspace_is_in_the_partition(environment: Environment) -> Iterator[Problem]:
    """Roles have permissions in their own partition only."""
    workspace = environment.platform.monitoring.amp.workspace
    if workspace is None or not workspace.startswith("arn:"):
        return
    if workspace.split(":")[1] != environment.partition:
        message = f"is not in the partition of {environment.region}"
        allowed = f"arn:{environment.partition}:..."
        yield Problem((*AMP, "workspace"), message, workspace, allowed)


@rule("account", "platform", severity="warning")
def amp_workspace_is_in_the_account(environment: Environment) -> Iterator[Problem]:
    """The policy of a workspace in another account has to allow the roles of the platform.

    Source: https://docs.aws.amazon.com/prometheus/latest/userguide/security_iam_resource-based-policy-examples.html
    """
    if amp.writes(environment) and amp.account(environment) != environment.account:
        message = (
            f"is in account {amp.account(environment)}: its resource policy has to allow the "
            "roles of Prometheus and Grafana"
        )
        workspace = environment.platform.monitoring.amp.workspace
        yield Problem((*AMP, "workspace"), message, workspace)


@rule("region", "network", "platform")
def amp_workspace_is_reached(environment: Environment) -> Iterator[Problem]:
    """Without NAT, Prometheus reaches workspaces of its region only, by an interface endpoint."""
    if not amp.writes(environment) or environment.network.nat != "none":
        return
    if amp.region(environment) != environment.region:
        message = f"is in {amp.region(environment)}, and network.nat is none"
        allowed = f"a workspace in {environment.region}, which has an interface endpoint"
        workspace = environment.platform.monitoring.amp.workspace
        yield Problem((*AMP, "workspace"), message, workspace, allowed)


@rule("network", "platform", severity="warning")
def amp_plugin_is_reached(environment: Environment) -> Iterator[Problem]:
    """Without NAT, Grafana downloads the plugin of the data source from inside the network."""
    data_source = environment.platform.monitoring.amp.data_source
    if not amp.has_data_source(environment) or environment.network.nat != "none":
        return
    if data_source.plugin_url is None:
        message = (
            "is missing: Grafana downloads the plugin from grafana.com before it starts, and "
            "network.nat is none"
        )
        allowed = "the address of a copy, or data_source.enabled: false"
        path = (*AMP, "data_source", "plugin_url")
        yield Problem(path, message, None, allowed, involved=(AMP,))


@rule("platform")
def amp_labels_identify_replicas(environment: Environment) -> Iterator[Problem]:
    """The workspace takes samples with one `cluster` and different replicas as the same.

    Source: https://docs.aws.amazon.com/prometheus/latest/userguide/Send-high-availability-data.html
    """
    if not amp.writes(environment):
        return
    labels = environment.platform.monitoring.prometheus.labels
    if labels.get("cluster") == "":
        message = "is empty, and the workspace tells clusters apart by it"
        yield Problem((*LABELS, "cluster"), message, "", "a name of this cluster only")
    if REPLICA in labels:
        message = "is the label of the replicas, which the operator sets"
        yield Problem((*LABELS, REPLICA), message, labels[REPLICA])


@rule("platform")
def amp_metrics_are_different(environment: Environment) -> Iterator[Problem]:
    """A list of metrics has no duplicates."""
    yield from repeated((*AMP, "metrics"), environment.platform.monitoring.amp.metrics)


@rule("platform", severity="warning")
def amp_queue_holds_a_request(environment: Environment) -> Iterator[Problem]:
    """The buffer of a shard holds the samples of more than one request.

    Source: https://prometheus.io/docs/practices/remote_write/#capacity
    """
    queue = environment.platform.monitoring.amp.queue
    if queue.capacity < queue.max_samples_per_send:
        message = f"is less than max_samples_per_send ({queue.max_samples_per_send})"
        allowed = "two to ten times as much"
        yield Problem((*AMP, "queue", "capacity"), message, queue.capacity, allowed)


def shared_workspace_knows_clusters(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """Of clusters with one label, a workspace takes the samples of one and drops the others'."""
    if not (amp.writes(one) and amp.writes(other)):
        return
    workspace = amp.given_arn(one)
    if workspace is None or workspace != amp.given_arn(other):
        return
    if amp.label(one) == amp.label(other):
        message = (
            f"is also the label `cluster` of the metrics in {file}, which go to the same "
            "workspace: it would drop those of one cluster"
        )
        yield Problem(
            (*LABELS, "cluster"),
            message,
            amp.label(one),
            "another name in each",
            involved=((*AMP, "workspace"),),
        )
