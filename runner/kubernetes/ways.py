"""The ways to an API that does not answer from here."""

from typing import Any


def ways_to(environment: str, cluster: dict[str, Any]) -> str:
    """What a user can do, as lines of text.

    Args:
        cluster: the answer of DescribeCluster.
    """
    network = cluster.get("resourcesVpcConfig", {})
    if network.get("endpointPublicAccess"):
        accepted = ", ".join(network.get("publicAccessCidrs") or ["no addresses"])
        endpoint = f"Its public endpoint accepts {accepted}, its private one the VPC."
    else:
        endpoint = "Its endpoint is private: it answers inside the VPC only."
    return (
        f"{endpoint} Ways to reach it (docs/private-api.md):\n"
        f"  - `make tunnel ENV={environment}` in a second terminal: Session Manager forwards a "
        "port through a node. Then run this again.\n"
        "  - A VPN, VPC peering or a transit gateway to the VPC, whose address blocks are in "
        "cluster.api_access_cidrs.\n"
        "  - The public endpoint for the addresses you come from: cluster.endpoint.public and "
        f"public_access_cidrs, then `make apply ENV={environment} STACK=cluster`.\n"
        "  - Run this inside the VPC, for example in CodeBuild with the VPC's private subnets."
    )
