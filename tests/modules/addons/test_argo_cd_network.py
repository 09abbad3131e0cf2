"""Redis of Argo CD, and the network policies of its chart (G1, J5)."""

from typing import Any

import pytest

from config import versions
from modules.addons.argo_cd.addon import ADDON
from support.charts import Chart, chart
from support.platform_stack import values
from tools.standins.chart_files import ChartsMissingError

THREE = {"system_nodes": {"min_size": 3, "desired_size": 3, "max_size": 6}}


def argo_cd(**platform: Any) -> dict[str, Any]:
    """Argo CD's values with three nodes, which make it highly available."""
    return values(ADDON, cluster=THREE, platform=platform)


@pytest.fixture(scope="module")
def own() -> Chart:
    """Argo CD's chart."""
    try:
        return chart("argo-cd", str(versions.table().charts["argo-cd"].version))
    except ChartsMissingError as missing:
        pytest.skip(str(missing))


def test_the_charts_policies_do_not_admit_others_to_the_server(own: Chart) -> None:
    assert own.own_values["global"]["networkPolicy"]["create"] is True
    for made in (argo_cd(), values(ADDON)):
        assert made["global"]["networkPolicy"] == {"create": False}
        assert "extraObjects" not in made


def test_one_redis_pod_at_a_time_is_evicted() -> None:
    redis = argo_cd()["redis-ha"]
    for part in (redis, redis["haproxy"]):
        assert part["podDisruptionBudget"] == {"maxUnavailable": 1}


def test_the_proxies_limit_their_connections() -> None:
    proxies = argo_cd()["redis-ha"]["haproxy"]
    assert proxies["extraConfig"].split() == ["global", "maxconn", "4096"]
    assert proxies["resources"]["limits"]["memory"] == "256Mi"
