"""Rules that reach across fields: pure functions from a configuration to problems.

A rule runs also where a file is wrong in places, until it asks for a setting that is, so that one
run reports everything that is wrong with a file.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from config import (
    access_rules,
    account_rules,
    addon_rules,
    admission_rules,
    alerting_rules,
    capacity_rules,
    cilium_rules,
    cluster_rules,
    dns_rules,
    edge_rules,
    eks_addon_rules,
    endpoint_rules,
    environment_rules,
    gitops_rules,
    host_rules,
    ingress_rules,
    inspection_rules,
    karpenter_rules,
    key_rules,
    logging_rules,
    machine_rules,
    mesh_rules,
    monitoring_rules,
    nat_rules,
    network_rules,
    node_rules,
    reserved_name_rules,
    runtime_security_rules,
    secrets_rules,
    team_rules,
    velero_rules,
)
from config.environment import Environment
from config.problem import Problem
from config.settings import UnknownSettingError


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
    Rule(("tags",), environment_rules.tags_are_allowed),
    Rule(("admins", "region"), environment_rules.admins_belong_to_the_partition),
    Rule(("admins",), environment_rules.admins_are_named_once),
    Rule(("admins",), environment_rules.admins_fit_into_key_policies),
    Rule(("name",), reserved_name_rules.environment_name_is_allowed),
    Rule(("state", "platform"), reserved_name_rules.bucket_names_are_allowed),
    Rule(("state", "region"), environment_rules.replica_is_elsewhere),
    Rule(
        ("name", "account", "region", "state"),
        environment_rules.state_bucket_names_fit,
    ),
    Rule(("cost",), account_rules.cost_alarms_reach_somebody),
    Rule(("region", "cost"), account_rules.cost_is_billed_here),
    Rule(("guardduty",), account_rules.guardduty_has_something_to_do),
    Rule(("backup", "cluster"), account_rules.backups_are_possible),
    Rule(("region", "backup"), account_rules.backups_are_copied_elsewhere),
    Rule(("network",), network_rules.vpc_has_an_allowed_size),
    Rule(("network",), network_rules.vpc_addresses_are_for_hosts),
    Rule(("network",), network_rules.zones_are_named_once),
    Rule(("network",), network_rules.cidrs_are_of_used_zones),
    Rule(("network",), network_rules.endpoints_have_no_prefix),
    Rule(("network",), network_rules.written_subnets_fit),
    Rule(("network",), network_rules.subnets_fit),
    Rule(("network",), network_rules.prefix_reservation_has_room),
    Rule(("network",), network_rules.nodes_reach_aws),
    Rule(("network",), nat_rules.nat_zone_is_used),
    Rule(("network", "guardduty"), endpoint_rules.endpoints_are_named_once),
    Rule(("name", "edge"), edge_rules.load_balancer_name_is_allowed),
    Rule(("edge",), edge_rules.domain_names_are_in_the_zone),
    Rule(("account", "region", "edge"), edge_rules.certificate_fits),
    Rule(("edge",), edge_rules.certificate_can_be_issued),
    Rule(("edge",), edge_rules.settings_fit_the_load_balancer),
    Rule(("edge",), edge_rules.firewall_rules_fit),
    Rule(("edge",), edge_rules.load_balancer_cidrs_are_named_once),
    Rule(("network", "edge"), inspection_rules.inspection_has_a_subnet_in_each_zone),
    Rule(("network", "edge"), inspection_rules.inspection_subnets_fit),
    Rule(("name", "cluster"), cluster_rules.cluster_name_is_allowed),
    Rule(("cluster",), cluster_rules.public_endpoint_is_limited),
    Rule(("cluster",), cluster_rules.public_cidrs_are_public),
    Rule(("cluster",), cluster_rules.private_access_is_limited),
    Rule(("cluster",), cluster_rules.cidrs_are_named_once),
    Rule(("cluster", "network"), cluster_rules.service_cidr_is_usable),
    Rule(("cluster",), cluster_rules.kubernetes_version_is_known),
    Rule(("cluster",), eks_addon_rules.addons_fit),
    Rule(("cluster", "platform"), eks_addon_rules.needed_addons_stay),
    Rule(("cluster",), eks_addon_rules.addon_values_are_possible),
    Rule(("cluster",), node_rules.sizes_are_ordered),
    Rule(("cluster",), node_rules.system_nodes_survive_one),
    Rule(("cluster",), machine_rules.instance_types_fit),
    Rule(("cluster",), machine_rules.machines_run_the_image),
    Rule(("cluster",), machine_rules.pods_fit_machines),
    Rule(("cluster", "network"), node_rules.zones_of_groups_exist),
    Rule(("cluster",), node_rules.group_names_are_free),
    Rule(("cluster",), node_rules.labels_and_taints_are_allowed),
    Rule(("cluster",), node_rules.ssh_is_complete),
    Rule(("cluster",), node_rules.workloads_have_nodes),
    Rule((), capacity_rules.platform_fits_its_nodes, last=True),
    Rule(("admins", "cluster"), access_rules.principals_are_named_once),
    Rule(
        ("name", "account", "region", "admins", "cluster"),
        access_rules.principals_are_not_nodes,
    ),
    Rule(("region", "cluster"), access_rules.principals_belong_to_the_partition),
    Rule(("cluster",), access_rules.policies_have_a_scope),
    Rule(("cluster",), access_rules.policies_are_named_once),
    Rule(("cluster",), access_rules.groups_are_allowed),
    Rule(("cluster", "platform"), addon_rules.addons_have_what_they_require),
    Rule(("cluster", "platform"), addon_rules.addon_versions_fit_kubernetes),
    Rule(("cluster", "platform"), addon_rules.addon_versions_are_written_as_published),
    Rule(("cluster", "platform"), addon_rules.addon_versions_fit_the_values),
    Rule(("platform",), addon_rules.addon_values_are_data),
    Rule(("platform",), addon_rules.addon_values_have_no_secrets),
    Rule(("cluster", "platform"), karpenter_rules.karpenter_settings_have_effect),
    Rule(("platform",), karpenter_rules.node_classes_of_pools_exist),
    Rule(("network", "platform"), karpenter_rules.zones_of_pools_exist),
    Rule(("platform",), karpenter_rules.requirements_are_allowed),
    Rule(("platform",), karpenter_rules.labels_and_taints_of_pools_are_allowed),
    Rule(("platform",), karpenter_rules.budgets_are_complete),
    Rule(("platform",), karpenter_rules.reserved_capacity_has_reservations),
    Rule(("platform",), karpenter_rules.images_fit_their_family),
    Rule(("name", "tags", "cluster", "platform"), karpenter_rules.tags_of_machines_are_allowed),
    Rule(("platform",), karpenter_rules.consolidation_is_known),
    Rule(("edge", "platform"), ingress_rules.targets_are_the_controllers),
    Rule(("network", "platform"), ingress_rules.replicas_are_ordered),
    Rule(("edge", "platform"), ingress_rules.public_certificate_has_names),
    Rule(("name", "edge", "platform"), ingress_rules.default_certificate_can_be_issued),
    Rule(("edge", "platform"), ingress_rules.traefik_acme_is_possible),
    Rule(("edge", "platform"), ingress_rules.lets_encrypt_has_solvers),
    Rule(("platform",), gitops_rules.connectors_have_no_secrets),
    Rule(("platform", "teams"), gitops_rules.argo_cd_settings_have_effect),
    Rule(("edge", "platform"), gitops_rules.argo_cd_lets_people_in),
    Rule(("edge", "platform"), gitops_rules.argo_cd_host_is_served),
    Rule(("cluster", "platform"), gitops_rules.argo_cd_fits_on_the_nodes),
    Rule(("platform",), gitops_rules.argo_cd_clusters_are_others),
    Rule(("platform",), gitops_rules.storage_classes_are_plain),
    Rule(("platform", "teams"), gitops_rules.applications_have_argo_cd),
    Rule(("edge", "platform"), dns_rules.external_dns_has_zones),
    Rule(("platform",), admission_rules.signers_of_images_are_complete),
    Rule(("platform",), runtime_security_rules.falco_has_somebody_to_tell),
    Rule(("platform",), runtime_security_rules.falco_can_read_its_rules),
    Rule(("region", "cluster", "platform"), key_rules.keys_are_in_the_region),
    Rule(("platform",), secrets_rules.prefixes_of_secrets_differ),
    Rule(("name", "platform"), secrets_rules.named_secrets_have_a_source),
    Rule(("platform",), secrets_rules.sources_are_of_secrets_that_are_named),
    Rule(("name", "platform"), secrets_rules.sources_may_be_read),
    Rule(("platform",), logging_rules.log_destination_is_described),
    Rule(("platform",), logging_rules.log_store_is_spoken_to_safely),
    Rule(("platform",), logging_rules.logs_share_a_namespace),
    Rule(("platform",), logging_rules.elasticsearch_survives_a_node),
    Rule(("cluster", "platform"), logging_rules.elasticsearch_has_room),
    Rule(("edge", "platform"), logging_rules.kibana_host_is_served),
    Rule(("platform",), monitoring_rules.metrics_fit_their_volume),
    Rule(("edge", "platform"), monitoring_rules.grafana_host_is_served),
    Rule(("platform",), monitoring_rules.grafana_lets_people_in),
    Rule(("platform",), alerting_rules.alert_receivers_hear_something),
    Rule(("region", "platform"), alerting_rules.alert_topics_belong_to_the_partition),
    Rule(("platform", "teams"), alerting_rules.alert_routes_lead_somewhere),
    Rule(("platform",), alerting_rules.alert_groups_are_by_different_labels),
    Rule(("platform",), alerting_rules.alert_times_are_possible),
    Rule(("teams",), team_rules.teams_have_names_of_their_own),
    Rule(("cluster", "platform", "teams"), team_rules.team_namespaces_are_free),
    Rule(("teams",), team_rules.team_namespaces_are_not_the_platforms),
    Rule(("teams",), team_rules.container_defaults_fit),
    Rule(("platform", "teams"), mesh_rules.mesh_settings_have_effect),
    Rule(("platform", "teams"), mesh_rules.mesh_lets_requests_in),
    Rule(("cluster", "platform"), cilium_rules.one_enforces_network_policies),
    Rule(("cluster", "platform"), cilium_rules.vpc_cni_can_be_chained),
    Rule(("platform",), mesh_rules.replicas_of_the_mesh_are_ordered),
    Rule(("edge", "platform"), mesh_rules.gateway_is_part_of_a_mesh),
    Rule(("platform",), host_rules.hosts_belong_to_one),
    Rule(("cluster", "platform"), velero_rules.snapshots_can_be_taken),
    Rule(
        ("name", "account", "region", "state", "platform"),
        velero_rules.backups_have_a_bucket_of_their_own,
    ),
    Rule(
        ("name", "account", "region", "platform"),
        velero_rules.backup_bucket_names_fit,
    ),
    Rule(("platform",), velero_rules.schedules_back_something_up),
    Rule(("platform",), velero_rules.schedules_are_due),
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
