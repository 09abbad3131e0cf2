"""Rows of docs/requirements.md that are options are in the example that is named for them (L13)."""

import pytest

from support.output import Output

ROWS = {
    "A10": ("inspection", "edge", ("inspection_gateway_association", "0.0.0.0/1")),
    "C5": ("full", "platform", ("SecurityGroupPolicy",)),
    "C10": ("spot-batch", "platform", ("instanceStorePolicy", "RAID0")),
    "E4": ("gitops", "platform", ("https://github.com/example/shop.git", "apps/*")),
    "E5": ("gitops", "platform", ('"vertical_pod_autoscaler"',)),
    "E6": ("cluster-autoscaler", "platform", ("autoDiscovery", "cluster-autoscaler")),
    "F4": ("haproxy", "edge", ('"load_balancer_type": "network"',)),
    "F5": ("haproxy", "platform", ("kubernetes-ingress",)),
    "F8": ("traefik-acme", "platform", ("certificatesResolvers", "tlsChallenge")),
    "G3": ("gitops", "platform", ("dex.config", "connectors", "$argocd-github:client-secret")),
    "G4": ("gitops", "platform", ("ApplicationSet", "clusters/gitops")),
    "K1": ("two-regions", "euc1-routing", ("failover_routing_policy", "CALCULATED")),
    "J1": ("full", "cluster", ("volume_key_arn", "kms:GrantIsForAWSResource")),
    "J4": ("cilium", "platform", ("wireguard",)),
}
"""By id: example, stack, and what its JSON contains."""


@pytest.mark.parametrize("row", ROWS)
def test_the_example_carries_the_row(output: Output, row: str) -> None:
    name, stack, expected = ROWS[row]
    text = output.stack(f"{name}-{stack}").text
    assert [each for each in expected if each not in text] == []
