"""Attachments of a node that are not for volumes of pods.

The EBS CSI driver counts a node's disks and network interfaces with the instance metadata service.
Its pods cannot reach it with a hop limit of 1, and Kubernetes does not know these numbers: then the
driver counts one disk and one interface. Where there are more, the scheduler gives a node more
volumes than EC2 attaches to it, and the pod of the last one never starts.

Sources: https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/install.md#metadata
and https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/volume_limits.html
"""

from typing import Final

from config.environment import Environment

_ROOT: Final = 1

_TRUNK: Final = 1
"""The trunk interface of security groups for pods. On instances of the fifth and sixth generation
interfaces and volumes share the attachments.
https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html"""

_PODS: Final = 1
"""The interface in a pod subnet, beside the one that a node starts with. Its prefixes are enough
for `max_pods` pods on all but the smallest types."""

_BOTTLEROCKET_DATA: Final = 1


def reserved_attachments(environment: Environment) -> int:
    """The attachments that the driver leaves free on each node; it has one number for all."""
    cluster = environment.cluster
    images = {cluster.system_nodes.ami, *(each.ami for each in cluster.node_groups.values())}
    if cluster.autoscaler == "karpenter":
        images |= {each.ami for each in environment.platform.karpenter.classes.values()}
    return _ROOT + _TRUNK + _PODS + (_BOTTLEROCKET_DATA if "bottlerocket" in images else 0)
