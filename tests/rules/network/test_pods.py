"""Warnings of values of the VPC CNI that take pods out of the pod subnets."""

from typing import Any

import pytest

from support.environments import warned


@pytest.mark.parametrize(
    ("values", "setting", "message"),
    [
        (
            {"env": {"ENABLE_SUBNET_DISCOVERY": "false"}},
            ("env", "ENABLE_SUBNET_DISCOVERY"),
            "leaves the pod subnets unused: pods have addresses of the private subnets",
        ),
        (
            {"env": {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"}},
            ("env", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"),
            "leaves the pod subnets unused: ENIConfigs choose the subnets of pods",
        ),
        (
            {"eniConfig": {"create": True, "region": "eu-west-1"}},
            ("eniConfig", "create"),
            "leaves the pod subnets unused: ENIConfigs choose the subnets of pods",
        ),
        (
            {"env": {"CLUSTER_NAME": "other"}},
            ("env", "CLUSTER_NAME"),
            "is not the name of the cluster, whose tag the pod subnets have",
        ),
        ({"env": {"ENABLE_SUBNET_DISCOVERY": "true", "CLUSTER_NAME": "test"}}, (), ""),
        ({"eniConfig": {"create": False}}, (), ""),
    ],
)
def test_values_that_take_pods_out_of_their_subnets_are_warned_of(
    values: dict[str, Any], setting: tuple[str, ...], message: str
) -> None:
    found = warned(cluster={"addons": {"vpc-cni": {"values": values}}})
    path = ("cluster", "addons", "vpc-cni", "values")
    about = {each: text for each, text in found.items() if each[:4] == path}
    assert set(about) == ({(*path, *setting)} if setting else set())
    assert not setting or about[*path, *setting].startswith(message)
