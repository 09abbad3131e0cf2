"""Names and ARNs of Karpenter's AWS side, all known before anything exists.

Literal names let the policies name each other's resources without references, so that they can be
measured and analysed at synth, and let the platform stack name node role and queue in its charts.
"""

from dataclasses import dataclass

from config.derived import limits
from config.environment import Environment


@dataclass(frozen=True)
class KarpenterNames:
    """TagCondition a cluster is and what its Karpenter resources are called.

    Attributes:
        partition: aws, aws-cn or aws-us-gov.
        region: the region.
        account: the account's 12 digits.
        cluster: the cluster's name, up to 100 characters.
    """

    partition: str
    region: str
    account: str
    cluster: str

    @classmethod
    def of(cls, environment: Environment, cluster: str) -> "KarpenterNames":
        """The names for a cluster of an environment."""
        return cls(environment.partition, environment.region, environment.account, cluster)

    @property
    def controller_role(self) -> str:
        """Name of the controller's role before shortening."""
        return f"KarpenterController-{self.cluster}"

    @property
    def node_role(self) -> str:
        """Name of the nodes' role, which every EC2NodeClass carries."""
        return limits.shorten(f"KarpenterNodeRole-{self.cluster}", limits.ROLE_NAME)

    @property
    def queue(self) -> str:
        """Name of the interruption queue, which the controller's chart carries."""
        return limits.shorten(f"Karpenter-{self.cluster}", limits.QUEUE_NAME)

    @property
    def dead_letter_queue(self) -> str:
        """Name of the queue of messages that the controller could not handle."""
        return limits.shorten(f"Karpenter-{self.cluster}-dead-letters", limits.QUEUE_NAME)

    def rule(self, event: str) -> str:
        """Name of the rule for an event.

        Args:
            event: the event's name, for example SpotInterruption.
        """
        return limits.shorten(f"Karpenter{event}-{self.cluster}", limits.EVENT_RULE_NAME)

    @property
    def cluster_arn(self) -> str:
        """The cluster's ARN."""
        return f"arn:{self.partition}:eks:{self.region}:{self.account}:cluster/{self.cluster}"

    @property
    def node_role_arn(self) -> str:
        """ARN of the nodes' role."""
        return f"arn:{self.partition}:iam::{self.account}:role/{self.node_role}"

    @property
    def queue_arn(self) -> str:
        """ARN of the interruption queue."""
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{self.queue}"

    @property
    def dead_letter_queue_arn(self) -> str:
        """ARN of the queue of messages that the controller could not handle."""
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{self.dead_letter_queue}"

    @property
    def instance_profiles_arn(self) -> str:
        """ARN of every instance profile; Karpenter makes up their names."""
        return f"arn:{self.partition}:iam::{self.account}:instance-profile/*"

    def rule_arn(self, event: str) -> str:
        """ARN of the rule for an event."""
        return f"arn:{self.partition}:events:{self.region}:{self.account}:rule/{self.rule(event)}"

    def ec2_arn(self, kind: str, account: str = "*") -> str:
        """ARN of every EC2 resource of a kind in the region.

        Args:
            kind: for example `launch-template`.
            account: the owner; `*` for any, empty for images and snapshots, which have none.
        """
        return f"arn:{self.partition}:ec2:{self.region}:{account}:{kind}/*"
