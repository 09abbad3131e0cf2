"""What EKS has and the Terraform state does not know, as docs/operations.md says to find it."""

from collections.abc import Iterator, Sequence

from support.live_cluster import CLUSTER, LiveCluster

Import = tuple[str, str]
"""What an `import` block takes: an address and an ID."""


def unrecorded(live: LiveCluster) -> list[Import]:
    """What is in EKS and belongs to the stack but not in its state."""
    known = live.known()
    return [(address, identity) for address, identity in _existing(live) if address not in known]


def import_blocks(imports: Sequence[Import]) -> str:
    """HCL that takes things into the state with the next apply."""
    return "".join(
        f'import {{\n  to = {address}\n  id = "{identity}"\n}}\n' for address, identity in imports
    )


def _existing(live: LiveCluster) -> Iterator[Import]:
    eks, stack = live.eks, live.stack
    if CLUSTER not in eks.list_clusters()["clusters"]:
        return
    yield "aws_eks_cluster.cluster", CLUSTER
    addons = eks.list_addons(clusterName=CLUSTER)["addons"]
    for name, body in stack.resources("aws_eks_addon").items():
        if body["addon_name"] in addons:
            yield f"aws_eks_addon.{name}", f"{CLUSTER}:{body['addon_name']}"
    groups = eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"]
    for name, body in stack.resources("aws_eks_node_group").items():
        if body["node_group_name"] in groups:
            yield f"aws_eks_node_group.{name}", f"{CLUSTER}:{body['node_group_name']}"
    yield from _access(live)
    associations = eks.list_pod_identity_associations(clusterName=CLUSTER)["associations"]
    ids = {
        (each["namespace"], each["serviceAccount"]): each["associationId"] for each in associations
    }
    for name, body in stack.resources("aws_eks_pod_identity_association").items():
        place = body["namespace"], body["service_account"]
        if place in ids:
            yield f"aws_eks_pod_identity_association.{name}", f"{CLUSTER},{ids[place]}"


def _access(live: LiveCluster) -> Iterator[Import]:
    entries = live.eks.list_access_entries(clusterName=CLUSTER)["accessEntries"]
    policies = live.stack.resources("aws_eks_access_policy_association")
    for name, body in live.stack.resources("aws_eks_access_entry").items():
        principal = body["principal_arn"]
        if principal not in entries:
            continue
        yield f"aws_eks_access_entry.{name}", f"{CLUSTER}:{principal}"
        associated = live.eks.list_associated_access_policies(
            clusterName=CLUSTER, principalArn=principal
        )["associatedAccessPolicies"]
        for policy_name, policy in policies.items():
            arn = policy["policy_arn"]
            if policy["principal_arn"] == f"${{aws_eks_access_entry.{name}.principal_arn}}" and any(
                each["policyArn"] == arn for each in associated
            ):
                address = f"aws_eks_access_policy_association.{policy_name}"
                yield address, f"{CLUSTER}#{principal}#{arn}"
