"""Karpenter's AWS resources, composed."""

from collections.abc import Sequence
from typing import Final

from cdktf import ITerraformDependable
from constructs import Construct

from config.environment import Environment
from modules.identity.pod_identity import ClusterIdentity, ServiceAccount, ServiceAccountRole
from modules.identity.volume_key import volume_key_use
from modules.karpenter.controller_policies import controller_policies, decrypt_interruptions
from modules.karpenter.interruption import InterruptionQueue, QueueEncryption
from modules.karpenter.names import KarpenterNames
from modules.karpenter.node_role import NodeRole

CONTROLLER: Final = ServiceAccount("kube-system", "karpenter")
"""The controller's service account; kube-system has priority at the API server.
https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/"""


class Karpenter:
    """Controller role, node role and interruption queue of one cluster (E1).

    Attributes:
        controller: the controller's role and association.
        nodes: the nodes' role and access entry.
        interruption: the queue and the rules that fill it.
        node_role_name: literal name of the nodes' role, for EC2NodeClass `spec.role`.
        queue_name: literal name of the queue, for the chart's `settings.interruptionQueue`.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        cluster: ClusterIdentity,
        depends_on: Sequence[ITerraformDependable] = (),
        queue_encryption: QueueEncryption = "kms",
        volume_key: str | None = None,
    ) -> None:
        """Makes what Karpenter's chart needs in AWS.

        Args:
            depends_on: what must exist before the association and the nodes' access entry.
            queue_encryption: kms for a customer managed key, sqs for the keys that SQS manages.
            volume_key: ARN of the key of EBS volumes; None for the account's default key.

        Raises:
            LimitError: a policy is longer than IAM allows.
        """
        names = KarpenterNames.of(environment, cluster.name)
        self.node_role_name = names.node_role
        self.queue_name = names.queue
        self.interruption = InterruptionQueue(scope, environment, names, queue_encryption)
        policies = dict(controller_policies(names))
        if self.interruption.key is not None:
            policies["interruption"] = (
                *policies["interruption"],
                decrypt_interruptions(names, self.interruption.key.arn),
            )
        classes = environment.platform.karpenter.classes.values()
        keys = volume_key_use(environment, [each.volume_kms_key or volume_key for each in classes])
        if keys:
            policies["volume-keys"] = tuple(keys)
        self.controller = ServiceAccountRole(
            scope,
            "karpenter_controller",
            environment,
            cluster=cluster,
            service_account=CONTROLLER,
            name=names.controller_role,
            given=environment.identity.roles.karpenter,
            policies=policies,
            depends_on=depends_on,
        )
        self.nodes = NodeRole(
            scope, environment, cluster=cluster, names=names, depends_on=depends_on
        )
