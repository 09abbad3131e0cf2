"""Rules of the settings of logs."""

from collections.abc import Iterator
from typing import Final

from config.addons.fluent_bit import CloudWatchLogs
from config.environment import Environment
from config.problem import Problem
from modules.helm.logs import NAMESPACE, sends_logs_to
from modules.nodes import accepts_workloads
from rules.edge import host_is_served

FLUENT_BIT: Final = ("platform", "fluent_bit")
EXISTING: Final = (*FLUENT_BIT, "existing")
ELASTICSEARCH: Final = ("platform", "elasticsearch")

QUORUM: Final = 3
"""Least nodes of which one may be lost: the others are still a majority.
https://www.elastic.co/docs/deploy-manage/production-guidance/availability-and-resilience/resilience-in-small-clusters"""


def log_destination_is_described(environment: Environment) -> Iterator[Problem]:
    """The chosen destination is described, and no other one is."""
    settings = environment.platform.fluent_bit
    if not settings.enabled:
        return
    without_effect = f"has no effect: the destination is {settings.destination}"
    if settings.destination == "existing" and settings.existing is None:
        yield Problem(EXISTING, "is missing: the destination is existing")
    if settings.destination != "existing" and settings.existing is not None:
        yield Problem(EXISTING, without_effect)
    if settings.destination != "cloudwatch" and settings.cloudwatch != CloudWatchLogs():
        yield Problem((*FLUENT_BIT, "cloudwatch"), without_effect)


def log_store_is_spoken_to_safely(environment: Environment) -> Iterator[Problem]:
    """Nobody on the way reads passwords, and there is one way to prove who one is."""
    store = environment.platform.fluent_bit.existing
    if store is None:
        return
    for key in ("credentials", "aws_domain", "ca_secret"):
        if getattr(store, key) is not None and not store.tls:
            yield Problem((*EXISTING, "tls"), f"is needed for {key}", False, "true")
    if store.aws_domain is not None and store.credentials is not None:
        message = "is one way too many to log in: aws_domain is the other"
        yield Problem((*EXISTING, "credentials"), message)
    if store.aws_domain is not None and store.product != "opensearch":
        message = "is no domain of Amazon OpenSearch Service"
        yield Problem((*EXISTING, "product"), message, store.product, "opensearch", "opensearch")


def logs_share_a_namespace(environment: Environment) -> Iterator[Problem]:
    """Fluent Bit reads the secrets of Elasticsearch, which pods of its namespace can only."""
    if not sends_logs_to("elasticsearch")(environment):
        return
    wanted = environment.platform.elasticsearch.namespace or NAMESPACE
    namespace = environment.platform.fluent_bit.namespace or NAMESPACE
    if namespace != wanted:
        message = "is not that of Elasticsearch, whose certificate and password Fluent Bit needs"
        yield Problem((*FLUENT_BIT, "namespace"), message, namespace, wanted, wanted)


def elasticsearch_survives_a_node(environment: Environment) -> Iterator[Problem]:
    """Two nodes are worse than one: without either, the other has no majority."""
    if not sends_logs_to("elasticsearch")(environment):
        return
    nodes = environment.platform.elasticsearch.nodes
    if nodes == QUORUM - 1:
        message = "are worse than one: without either, the other stops"
        yield Problem((*ELASTICSEARCH, "nodes"), message, nodes, "1, or 3 and more", "3")


def elasticsearch_has_room(environment: Environment) -> Iterator[Problem]:
    """There is a machine for each node; where there is none at all, node_rules says so."""
    if not sends_logs_to("elasticsearch")(environment):
        return
    settings, cluster = environment.platform.elasticsearch, environment.cluster
    groups = [group for group in cluster.node_groups.values() if accepts_workloads(group)]
    machines = sum(group.max_size for group in groups)
    if cluster.autoscaler != "karpenter" and 0 < machines < settings.nodes:
        message = f"need as many machines, and cluster.node_groups make {machines} at most"
        yield Problem((*ELASTICSEARCH, "nodes"), message, settings.nodes)


def kibana_host_is_served(environment: Environment) -> Iterator[Problem]:
    """The front door has a record and a certificate for Kibana's name, and Kibana is there."""
    if not sends_logs_to("elasticsearch")(environment):
        return
    kibana, path = environment.platform.elasticsearch.kibana, (*ELASTICSEARCH, "kibana", "host")
    yield from host_is_served(environment, path, kibana.host)
    if kibana.host is not None and not kibana.enabled:
        yield Problem(path, "has no effect: Kibana is switched off", kibana.host)
