"""The user data of nodes, which EKS merges with its own."""

from base64 import b64encode
from typing import Final

from config.sections.cluster_nodes import Nodes

_NODEADM: Final = """\
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: application/node.eks.aws

---
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      maxPods: {max_pods}
--//--
"""

_BOTTLEROCKET: Final = """\
[settings.kubernetes]
max-pods = {max_pods}
"""

_TEMPLATES: Final = {"al2023": _NODEADM, "bottlerocket": _BOTTLEROCKET}


def user_data(nodes: Nodes) -> str:
    """The user data of a launch template, base64-encoded.

    It sets `maxPods`. By default AL2023 counts the addresses of an instance type without prefix
    delegation: 29 for a large instance.

    Sources: https://awslabs.github.io/amazon-eks-ami/nodeadm/,
    https://bottlerocket.dev/en/os/latest/api/settings/kubernetes/ and
    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-user-data
    """
    text = _TEMPLATES[nodes.ami].format(max_pods=nodes.max_pods)
    return b64encode(text.encode()).decode()
