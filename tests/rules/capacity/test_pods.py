"""A platform that finds no room is refused at synth, with the numbers."""

from dataclasses import replace
from typing import Any

import pytest

from config.types.quantity import quantity
from modules.capacity.pods import Pods
from modules.capacity.report import CapacityReport, capacity_report
from support.addon_environments import MINORS, VARIANTS, variant
from support.environments import environment, example, problems


def of(**settings: Any) -> CapacityReport:
    return capacity_report(environment(**settings))


def pods(report: CapacityReport, addon: str, name: str) -> Pods:
    [found] = [kind for kind in report.pods if (kind.addon, kind.name) == (addon, name)]
    return found


@pytest.mark.parametrize("name", VARIANTS)
def test_every_environment_fits_on_its_system_nodes(name: str) -> None:
    report = capacity_report(variant(name, MINORS[-1]))
    assert report.fits, f"{report.requested} requested, {report.available} allocatable"
    assert report.fits_elsewhere


def test_replicas_and_requests_of_the_user_count() -> None:
    settings = {"replicas": 3, "values": {"resources": {"requests": {"cpu": "300m"}}}}
    controller = pods(
        of(platform={"aws_load_balancer_controller": settings}),
        "aws-load-balancer-controller",
        "controller",
    )
    assert controller.replicas == 3
    assert controller.each.cpu == quantity("300m")
    assert controller.each.memory == quantity("256Mi")


def test_settings_of_eks_add_ons_count() -> None:
    changed = {"coredns": {"values": {"replicaCount": 5}}, "metrics-server": {"enabled": False}}
    report = of(cluster={"addons": changed})
    assert pods(report, "coredns", "coredns").replicas == 5
    assert "metrics-server" not in {kind.addon for kind in report.pods}
    assert "metrics-server" in {kind.addon for kind in of().pods}


def test_every_container_of_a_pod_counts() -> None:
    assert pods(of(), "aws-efs-csi-driver", "controller").each.cpu == 3 * quantity("20m")
    assert pods(of(), "argo-cd", "redis").each.memory == quantity("256Mi") + quantity("64Mi")


def test_an_init_container_counts_where_it_requests_more() -> None:
    values = {"repoServer": {"copyutil": {"resources": {"requests": {"memory": "2Gi"}}}}}
    report = of(platform={"argo_cd": {"values": values}})
    assert pods(report, "argo-cd", "repo-server").each.memory == quantity("2Gi")
    assert pods(report, "argo-cd", "repo-server").each.cpu == quantity("250m")


def test_daemon_sets_are_subtracted_from_every_node() -> None:
    report, without = of(), of(platform={"monitoring": {"enabled": False}})
    assert report.node is not None
    assert report.available == (report.node - report.per_node) * 2
    assert report.per_node.pods == without.per_node.pods + 1


def test_the_agent_that_guardduty_installs_counts() -> None:
    more = of(guardduty={"enabled": True}).per_node
    assert more.cpu - of().per_node.cpu == quantity("200m")
    assert more.pods == of().per_node.pods + 1


def test_jobs_need_room_for_the_largest_only() -> None:
    report = of()
    jobs = [kind for kind in report.pods if kind.job]
    assert len(jobs) > 1
    without = replace(report, pods=tuple(kind for kind in report.pods if not kind.job))
    assert report.requested.pods == without.requested.pods + 1


def test_pods_outside_the_system_nodes_are_summed_separately() -> None:
    few, many = (
        of(platform={"ingress": {"min_replicas": replicas, "max_replicas": 30}})
        for replicas in (10, 30)
    )
    assert many.requested == few.requested
    assert many.requested_elsewhere.pods == few.requested_elsewhere.pods + 20
    assert many.requested_elsewhere.cpu == few.requested_elsewhere.cpu + 20 * quantity("250m")


def test_too_few_nodes_are_refused_with_the_numbers() -> None:
    nodes = {"instance_types": ["t4g.medium"]}
    [problem] = problems(environment(cluster={"system_nodes": nodes}))
    assert problem.path == ("cluster", "system_nodes", "desired_size")
    report = of(cluster={"system_nodes": nodes})
    assert str(report.requested) in problem.message
    assert str(report.available) in problem.message
    assert problem.value == 2
    count = int(problem.suggestion)
    enough = {**nodes, "desired_size": count, "max_size": count}
    assert not problems(environment(cluster={"system_nodes": enough}))
    fewer = {**enough, "desired_size": count - 1}
    assert problems(environment(cluster={"system_nodes": fewer}))
    [larger] = [word for word in problem.allowed.split() if word.startswith("t4g.")]
    assert not problems(environment(cluster={"system_nodes": {"instance_types": [larger]}}))


def test_the_number_of_pods_counts() -> None:
    [problem] = problems(environment(cluster={"system_nodes": {"max_pods": 10}}))
    assert problem.path == ("cluster", "system_nodes", "desired_size")


def test_a_pod_that_is_larger_than_a_node_needs_larger_nodes() -> None:
    values = {"controller": {"resources": {"requests": {"cpu": "5"}}}}
    [problem] = problems(environment(platform={"karpenter": {"values": values}}))
    assert problem.path == ("cluster", "system_nodes", "instance_types")
    assert "karpenter (controller), which requests 5.00 CPU and 1.0 GiB" in problem.message
    assert problem.suggestion == "[m7g.2xlarge]"


def test_unknown_instance_types_are_not_checked() -> None:
    nodes = {"instance_types": ["x99g.large"], "max_pods": 8}
    assert of(cluster={"system_nodes": nodes}).node is None
    assert not problems(environment(cluster={"system_nodes": nodes}))


def test_limits_of_karpenters_pools_are_refused_where_they_are_too_low() -> None:
    pools = {"default": {"limits": {"cpu": "2"}}}
    [problem] = problems(environment(platform={"karpenter": {"node_pools": pools}}))
    assert problem.path == ("platform", "karpenter", "node_pools")
    assert str(of().requested_elsewhere.sizes) in problem.message
    assert "2.00 CPU" in problem.message


def test_a_request_that_is_not_a_quantity_is_refused() -> None:
    values = {"resources": {"requests": {"cpu": "much"}}}
    settings = {"aws_load_balancer_controller": {"values": values}}
    [problem] = problems(environment(platform=settings))
    assert problem.value == "much"


def test_capacity_is_not_checked_where_something_else_is_wrong() -> None:
    nodes = {"instance_types": ["t4g.nano"], "min_size": 1, "max_pods": 15}
    found = problems(environment(cluster={"system_nodes": nodes}))
    assert [problem.path[-1] for problem in found] == ["min_size"]


def waiting(report: CapacityReport) -> dict[str, int]:
    return {kind.name: count for kind, count in report.waiting_without_one}


def test_pods_that_each_need_a_node_wait_after_the_loss_of_one_though_there_is_room() -> None:
    report = capacity_report(example("prod"))
    assert report.sums_fit_without_one
    assert not report.fits_without_one
    assert waiting(report) == {"redis-ha": 1, "redis-ha-haproxy": 1, "alertmanager": 1}


def test_pods_that_may_share_a_node_do_not_wait() -> None:
    soft = {"hardAntiAffinity": False}
    redis = {"redis-ha": {**soft, "haproxy": soft}}
    report = of(
        cluster={"system_nodes": {"min_size": 6, "desired_size": 6, "max_size": 8}},
        platform={"argo_cd": {"values": redis}},
    )
    assert waiting(report) == {}
    assert report.fits_without_one


def test_nodes_of_other_groups_take_pods_of_a_lost_system_node() -> None:
    group = {"workloads": {"min_size": 1, "desired_size": 1, "max_size": 2}}
    nodes = {"system_nodes": {"min_size": 3, "desired_size": 3, "max_size": 4}}
    assert "redis-ha" in waiting(of(cluster=nodes))
    assert "redis-ha" not in waiting(of(cluster={**nodes, "node_groups": group}))


def test_a_job_counts_where_it_runs() -> None:
    report = capacity_report(example("full"))
    velero = pods(report, "velero", "crds")
    lifecycle = pods(report, "eck-stack", "elasticsearch-lifecycle")
    for job in (velero, lifecycle):
        assert (job.job, job.where) == (True, "system nodes")
    assert lifecycle.each.memory == quantity("64Mi")
