"""Machines that Karpenter and EKS Auto Mode made, their launch templates and instance profiles.

Sources: https://karpenter.sh/docs/concepts/nodeclasses/#spectags,
https://github.com/aws/karpenter-provider-aws/blob/main/pkg/apis/v1/labels.go
"""

from collections.abc import Iterator
from typing import Any, Final

from runner.destroy.leftover import Leftover, LeftoverKind, pages, tags_of
from runner.destroy.target import Target

NODE_POOL: Final = "karpenter.sh/nodepool"
NODE_CLASS: Final = "karpenter.k8s.aws/ec2nodeclass"
CLUSTER: Final = "eks:eks-cluster-name"

AUTO_NODE_POOL: Final = "eks:kubernetes-node-pool-name"
AUTO_NODE_CLASS: Final = "eks:kubernetes-node-class-name"
"""Tags of EKS Auto Mode, which its managed policies name.
https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html"""

ALIVE: Final = ("pending", "running", "stopping", "stopped")


def instances(target: Target, states: tuple[str, ...] = ALIVE) -> Iterator[Leftover]:
    """The machines that Karpenter or EKS Auto Mode made for the cluster."""
    ec2 = target.client("ec2")
    found: dict[str, Leftover] = {}
    # The first tag is of Karpenter 1.x, the second one of all versions.
    for owner in (
        {"Name": f"tag:{CLUSTER}", "Values": [target.name]},
        {"Name": f"tag:kubernetes.io/cluster/{target.name}", "Values": ["owned"]},
    ):
        chosen = [
            owner,
            {"Name": "tag-key", "Values": [NODE_POOL, AUTO_NODE_POOL]},
            {"Name": "instance-state-name", "Values": list(states)},
        ]
        for reservation in pages(ec2, "describe_instances", "Reservations", Filters=chosen):
            for instance in reservation["Instances"]:
                found[instance["InstanceId"]] = _instance(instance)
    yield from found.values()


def _instance(instance: dict[str, Any]) -> Leftover:
    tags = tags_of(instance)
    pool = tags.get(NODE_POOL) or tags.get(AUTO_NODE_POOL, "")
    state = instance["State"]["Name"]
    return Leftover(
        instance["InstanceId"], f"{instance['InstanceType']}, {state}, node pool {pool}"
    )


def terminate(target: Target, instance: Leftover) -> None:
    """Terminates a machine."""
    target.client("ec2").terminate_instances(InstanceIds=[instance.id])


def _launch_templates(target: Target) -> Iterator[Leftover]:
    ec2 = target.client("ec2")
    for tag in (NODE_CLASS, AUTO_NODE_CLASS):
        chosen = [
            {"Name": f"tag:{CLUSTER}", "Values": [target.name]},
            {"Name": "tag-key", "Values": [tag]},
        ]
        for each in pages(ec2, "describe_launch_templates", "LaunchTemplates", Filters=chosen):
            yield Leftover(each["LaunchTemplateId"], each["LaunchTemplateName"])


def _delete_launch_template(target: Target, template: Leftover) -> None:
    target.client("ec2").delete_launch_template(LaunchTemplateId=template.id)


def _instance_profiles(target: Target) -> Iterator[Leftover]:
    """Karpenter's profiles, whose path names region and cluster."""
    iam = target.client("iam")
    path = f"/karpenter/{target.region}/{target.name}/"
    for profile in pages(iam, "list_instance_profiles", "InstanceProfiles", PathPrefix=path):
        # An emulated IAM may ignore the prefix; the wrong profile must not be deleted.
        if profile["Path"].startswith(path):
            yield Leftover(profile["InstanceProfileName"], profile["Path"])


def _delete_instance_profile(target: Target, profile: Leftover) -> None:
    iam = target.client("iam")
    found = iam.get_instance_profile(InstanceProfileName=profile.id)["InstanceProfile"]
    for role in found["Roles"]:
        iam.remove_role_from_instance_profile(
            InstanceProfileName=profile.id, RoleName=role["RoleName"]
        )
    iam.delete_instance_profile(InstanceProfileName=profile.id)


INSTANCES: Final = LeftoverKind("instance", instances, terminate)
LAUNCH_TEMPLATES: Final = LeftoverKind(
    "launch template", _launch_templates, _delete_launch_template
)
INSTANCE_PROFILES: Final = LeftoverKind(
    "instance profile", _instance_profiles, _delete_instance_profile
)
