"""Rules that reach across fields: pure functions from a configuration to problems.

A rule runs also where a file is wrong in places, until it asks for a setting that is, so that one
run reports everything that is wrong with a file.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from config.environment import Environment
from config.problem import Problem
from config.settings import UnknownSettingError
from rules import (
    account,
    addons,
    alertmanager,
    argo_cd,
    capacity,
    cilium,
    cluster,
    cluster_access,
    cluster_nodes,
    edge,
    edge_inspection,
    eks_addons,
    environment,
    external_dns,
    falco,
    hosts,
    ingress,
    instance_types,
    istio,
    karpenter,
    kms_keys,
    kyverno,
    logging,
    monitoring,
    network,
    network_endpoints,
    network_nat,
    reserved_names,
    secrets,
    teams,
    velero,
)


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        needs: the top-level fields that the check is about.
        check: yields a problem for each thing that is wrong.
        last: whether it comes last, and only where nothing else is wrong, because what it says
            follows from the configuration as a whole.
    """

    needs: tuple[str, ...]
    check: Callable[[Environment], Iterator[Problem]]
    last: bool = False


RULES: Final[tuple[Rule, ...]] = (
    Rule(("tags",), environment.tags_are_allowed),
    Rule(("admins", "region"), environment.admins_belong_to_the_partition),
    Rule(("admins",), environment.admins_are_named_once),
    Rule(("admins",), environment.admins_fit_into_key_policies),
    Rule(("name",), reserved_names.environment_name_is_allowed),
    Rule(("state", "platform"), reserved_names.bucket_names_are_allowed),
    Rule(("state", "region"), environment.replica_is_elsewhere),
    Rule(
        ("name", "account", "region", "state"),
        environment.state_bucket_names_fit,
    ),
    Rule(("cost",), account.cost_alarms_reach_somebody),
    Rule(("region", "cost"), account.cost_is_billed_here),
    Rule(("guardduty",), account.guardduty_has_something_to_do),
    Rule(("backup", "cluster"), account.backups_are_possible),
    Rule(("region", "backup"), account.backups_are_copied_elsewhere),
    Rule(("network",), network.vpc_has_an_allowed_size),
    Rule(("network",), network.vpc_addresses_are_for_hosts),
    Rule(("network",), network.zones_are_named_once),
    Rule(("network",), network.cidrs_are_of_used_zones),
    Rule(("network",), network.endpoints_have_no_prefix),
    Rule(("network",), network.written_subnets_fit),
    Rule(("network",), network.subnets_fit),
    Rule(("network",), network.prefix_reservation_has_room),
    Rule(("network",), network.nodes_reach_aws),
    Rule(("network",), network_nat.nat_zone_is_used),
    Rule(("network", "guardduty"), network_endpoints.endpoints_are_named_once),
    Rule(("name", "edge"), edge.load_balancer_name_is_allowed),
    Rule(("edge",), edge.domain_names_are_in_the_zone),
    Rule(("account", "region", "edge"), edge.certificate_fits),
    Rule(("edge",), edge.certificate_can_be_issued),
    Rule(("edge",), edge.settings_fit_the_load_balancer),
    Rule(("edge",), edge.firewall_rules_fit),
    Rule(("edge",), edge.load_balancer_cidrs_are_named_once),
    Rule(("network", "edge"), edge_inspection.inspection_has_a_subnet_in_each_zone),
    Rule(("network", "edge"), edge_inspection.inspection_subnets_fit),
    Rule(("name", "cluster"), cluster.cluster_name_is_allowed),
    Rule(("cluster",), cluster.public_endpoint_is_limited),
    Rule(("cluster",), cluster.public_cidrs_are_public),
    Rule(("cluster",), cluster.private_access_is_limited),
    Rule(("cluster",), cluster.cidrs_are_named_once),
    Rule(("cluster", "network"), cluster.service_cidr_is_usable),
    Rule(("cluster",), cluster.kubernetes_version_is_known),
    Rule(("cluster",), eks_addons.addons_fit),
    Rule(("cluster", "platform"), eks_addons.needed_addons_stay),
    Rule(("cluster",), eks_addons.addon_values_are_possible),
    Rule(("cluster",), cluster_nodes.sizes_are_ordered),
    Rule(("cluster",), cluster_nodes.system_nodes_survive_one),
    Rule(("cluster",), instance_types.instance_types_fit),
    Rule(("cluster",), instance_types.machines_run_the_image),
    Rule(("cluster",), instance_types.pods_fit_machines),
    Rule(("cluster", "network"), cluster_nodes.zones_of_groups_exist),
    Rule(("cluster",), cluster_nodes.group_names_are_free),
    Rule(("cluster",), cluster_nodes.labels_and_taints_are_allowed),
    Rule(("cluster",), cluster_nodes.ssh_is_complete),
    Rule(("cluster",), cluster_nodes.workloads_have_nodes),
    Rule((), capacity.platform_fits_its_nodes, last=True),
    Rule(("admins", "cluster"), cluster_access.principals_are_named_once),
    Rule(
        ("name", "account", "region", "admins", "cluster"),
        cluster_access.principals_are_not_nodes,
    ),
    Rule(("region", "cluster"), cluster_access.principals_belong_to_the_partition),
    Rule(("cluster",), cluster_access.policies_have_a_scope),
    Rule(("cluster",), cluster_access.policies_are_named_once),
    Rule(("cluster",), cluster_access.groups_are_allowed),
    Rule(("cluster", "platform"), addons.addons_have_what_they_require),
    Rule(("cluster", "platform"), addons.addon_versions_fit_kubernetes),
    Rule(("cluster", "platform"), addons.addon_versions_are_written_as_published),
    Rule(("cluster", "platform"), addons.addon_versions_fit_the_values),
    Rule(("platform",), addons.addon_values_are_data),
    Rule(("platform",), addons.addon_values_have_no_secrets),
    Rule(("cluster", "platform"), karpenter.karpenter_settings_have_effect),
    Rule(("platform",), karpenter.node_classes_of_pools_exist),
    Rule(("network", "platform"), karpenter.zones_of_pools_exist),
    Rule(("platform",), karpenter.requirements_are_allowed),
    Rule(("platform",), karpenter.labels_and_taints_of_pools_are_allowed),
    Rule(("platform",), karpenter.budgets_are_complete),
    Rule(("platform",), karpenter.reserved_capacity_has_reservations),
    Rule(("platform",), karpenter.images_fit_their_family),
    Rule(("name", "tags", "cluster", "platform"), karpenter.tags_of_machines_are_allowed),
    Rule(("platform",), karpenter.consolidation_is_known),
    Rule(("edge", "platform"), ingress.targets_are_the_controllers),
    Rule(("network", "platform"), ingress.replicas_are_ordered),
    Rule(("edge", "platform"), ingress.public_certificate_has_names),
    Rule(("name", "edge", "platform"), ingress.default_certificate_can_be_issued),
    Rule(("edge", "platform"), ingress.traefik_acme_is_possible),
    Rule(("edge", "platform"), ingress.lets_encrypt_has_solvers),
    Rule(("platform",), argo_cd.connectors_have_no_secrets),
    Rule(("platform", "teams"), argo_cd.argo_cd_settings_have_effect),
    Rule(("edge", "platform"), argo_cd.argo_cd_lets_people_in),
    Rule(("edge", "platform"), argo_cd.argo_cd_host_is_served),
    Rule(("cluster", "platform"), argo_cd.argo_cd_fits_on_the_nodes),
    Rule(("platform",), argo_cd.argo_cd_clusters_are_others),
    Rule(("platform",), argo_cd.storage_classes_are_plain),
    Rule(("platform", "teams"), argo_cd.applications_have_argo_cd),
    Rule(("edge", "platform"), external_dns.external_dns_has_zones),
    Rule(("platform",), kyverno.signers_of_images_are_complete),
    Rule(("platform",), falco.falco_has_somebody_to_tell),
    Rule(("platform",), falco.falco_can_read_its_rules),
    Rule(("region", "cluster", "platform"), kms_keys.keys_are_in_the_region),
    Rule(("platform",), secrets.prefixes_of_secrets_differ),
    Rule(("name", "platform"), secrets.named_secrets_have_a_source),
    Rule(("platform",), secrets.sources_are_of_secrets_that_are_named),
    Rule(("name", "platform"), secrets.sources_may_be_read),
    Rule(("platform",), logging.log_destination_is_described),
    Rule(("platform",), logging.log_store_is_spoken_to_safely),
    Rule(("platform",), logging.logs_share_a_namespace),
    Rule(("platform",), logging.elasticsearch_survives_a_node),
    Rule(("cluster", "platform"), logging.elasticsearch_has_room),
    Rule(("edge", "platform"), logging.kibana_host_is_served),
    Rule(("platform",), monitoring.metrics_fit_their_volume),
    Rule(("edge", "platform"), monitoring.grafana_host_is_served),
    Rule(("platform",), monitoring.grafana_lets_people_in),
    Rule(("platform",), alertmanager.alert_receivers_hear_something),
    Rule(("region", "platform"), alertmanager.alert_topics_belong_to_the_partition),
    Rule(("platform", "teams"), alertmanager.alert_routes_lead_somewhere),
    Rule(("platform",), alertmanager.alert_groups_are_by_different_labels),
    Rule(("platform",), alertmanager.alert_times_are_possible),
    Rule(("teams",), teams.teams_have_names_of_their_own),
    Rule(("cluster", "platform", "teams"), teams.team_namespaces_are_free),
    Rule(("teams",), teams.team_namespaces_are_not_the_platforms),
    Rule(("teams",), teams.container_defaults_fit),
    Rule(("platform", "teams"), istio.mesh_settings_have_effect),
    Rule(("platform", "teams"), istio.mesh_lets_requests_in),
    Rule(("cluster", "platform"), cilium.one_enforces_network_policies),
    Rule(("cluster", "platform"), cilium.vpc_cni_can_be_chained),
    Rule(("platform",), istio.replicas_of_the_mesh_are_ordered),
    Rule(("edge", "platform"), istio.gateway_is_part_of_a_mesh),
    Rule(("platform",), hosts.hosts_belong_to_one),
    Rule(("cluster", "platform"), velero.snapshots_can_be_taken),
    Rule(
        ("name", "account", "region", "state", "platform"),
        velero.backups_have_a_bucket_of_their_own,
    ),
    Rule(
        ("name", "account", "region", "platform"),
        velero.backup_bucket_names_fit,
    ),
    Rule(("platform",), velero.schedules_back_something_up),
    Rule(("platform",), velero.schedules_are_due),
)


def broken(environment: Environment, *, partly: bool = False) -> Iterator[Problem]:
    """Every problem that the rules find.

    Args:
        environment: the environment.
        partly: whether settings of it are unknown, because something is wrong with them.
    """
    sound = not partly
    for rule in sorted(RULES, key=lambda rule: rule.last):
        if sound or not rule.last:
            for problem in _found(rule, environment):
                sound = False
                yield problem


def _found(rule: Rule, environment: Environment) -> Iterator[Problem]:
    with suppress(UnknownSettingError):
        yield from rule.check(environment)
