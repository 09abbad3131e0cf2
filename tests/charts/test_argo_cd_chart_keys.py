"""Values that dev and prod do not set are keys of the pinned charts as well."""

from typing import Any

import pytest

from config import versions
from config.environment import Environment
from modules.addons.catalog import addons_of
from modules.helm.contract import Addon, Context
from modules.helm.releases import chart_values
from support.charts import chart
from support.environments import environment
from support.value_keys import OpenValues, problems
from tools.standins.chart_files import ChartsMissingError

ADDONS = [
    addon
    for key in ("argo_cd", "cluster_autoscaler", "vertical_pod_autoscaler")
    for addon in addons_of(key)
]
GITHUB = {"type": "github", "name": "GitHub", "secrets": {"clientSecret": "sso:secret"}}
CLUSTER = {
    "server": "https://one.example.com",
    "cluster_name": "one",
    "certificate_authority": "QUJD" * 20,
    "role_arn": "arn:aws:iam::123456789012:role/argocd",
}
ARGO_CD: dict[str, Any] = {
    "host": "argocd.example.com",
    "connectors": {"github": GITHUB},
    "clusters": {"one": CLUSTER},
    "repositories": {"one": {"url": "https://github.com/example/one"}},
}


def with_everything(minor: str, *, several: bool) -> Environment:
    """An environment that uses every setting of these add-ons."""
    return environment(
        cluster={"version": minor, "identity": "irsa"},
        platform={
            "argo_cd": {**ARGO_CD, "high_availability": several},
            "charts": {"image_registry": "registry.example"},
        },
        edge={"certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0123"},
    )


@pytest.mark.parametrize("minor", versions.minors())
@pytest.mark.parametrize("several", [True, False], ids=["several", "single"])
@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_each_value_is_a_key_of_the_pinned_chart(
    addon: Addon, minor: str, *, several: bool
) -> None:
    made = with_everything(minor, several=several)
    try:
        files = chart(addon.chart, versions.table().charts[addon.chart].version)
    except ChartsMissingError as missing:
        pytest.skip(str(missing))
    values = chart_values(addon, Context(made, addon.namespace))
    assert list(problems(files, values, minor, OpenValues.read())) == []
