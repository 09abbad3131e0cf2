"""Rules of Elasticsearch and Kibana, if logs are stored in the cluster."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from modules.nodes import accepts_workloads
from rules.edge.load_balancer import host_is_served
from rules.registration import rule

ELASTICSEARCH: Final = ("platform", "elasticsearch")

QUORUM: Final = 3
"""Minimum number of nodes that tolerates the loss of one: the others are a majority.
https://www.elastic.co/docs/deploy-manage/production-guidance/availability-and-resilience/resilience-in-small-clusters"""

DASHBOARDS: Final = (8, 18, 0)
"""The first version with the privileges `dashboard_v2` and `discover_v2`.
https://github.com/elastic/kibana/pull/202863"""


@rule("platform")
def elasticsearch_survives_a_node(environment: Environment) -> Iterator[Problem]:
    """Two nodes are worse than one: without either, the other has no majority."""
    if not environment.platform.fluent_bit.sends_to("elasticsearch"):
        return
    nodes = environment.platform.elasticsearch.nodes
    if nodes == QUORUM - 1:
        message = "are worse than one: if either fails, the other stops"
        yield Problem((*ELASTICSEARCH, "nodes"), message, nodes, "1, or 3 and more", "3")


@rule("cluster", "platform")
def elasticsearch_has_room(environment: Environment) -> Iterator[Problem]:
    """Each Elasticsearch node has a machine; cluster_nodes.py reports a cluster without any."""
    if not environment.platform.fluent_bit.sends_to("elasticsearch"):
        return
    settings, cluster = environment.platform.elasticsearch, environment.cluster
    groups = [group for group in cluster.node_groups.values() if accepts_workloads(group)]
    machines = sum(group.max_size for group in groups)
    if cluster.autoscaler != "karpenter" and 0 < machines < settings.nodes:
        message = f"need as many machines, and cluster.node_groups have {machines} at most"
        yield Problem((*ELASTICSEARCH, "nodes"), message, settings.nodes)


@rule("edge", "platform")
def kibana_host_is_served(environment: Environment) -> Iterator[Problem]:
    """The front door has a record and a certificate for Kibana's host, and Kibana is enabled."""
    if not environment.platform.fluent_bit.sends_to("elasticsearch"):
        return
    kibana, path = environment.platform.elasticsearch.kibana, (*ELASTICSEARCH, "kibana", "host")
    yield from host_is_served(environment, path, kibana.host, kibana.load_balancer)
    if kibana.host is not None and not kibana.enabled:
        yield Problem(path, "has no effect: Kibana is switched off", kibana.host)


@rule("platform")
def kibana_has_the_privileges_of_dashboards(environment: Environment) -> Iterator[Problem]:
    """The version of Kibana knows the privileges of the user that imports the dashboards."""
    elasticsearch = environment.platform.elasticsearch
    kibana = elasticsearch.kibana
    if not environment.platform.fluent_bit.sends_to("elasticsearch"):
        return
    if not kibana.enabled or not kibana.dashboards:
        return
    version = tuple(int(part) for part in elasticsearch.stack_version.split("."))
    if version < DASHBOARDS:
        oldest = ".".join(map(str, DASHBOARDS))
        message = "cannot import the dashboards: choose a newer one or set kibana.dashboards: false"
        path = (*ELASTICSEARCH, "stack_version")
        yield Problem(path, message, elasticsearch.stack_version, f"{oldest} and newer", oldest)
