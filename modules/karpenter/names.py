"""Names and ARNs of Karpenter's AWS resources, all known before they exist.

With literal names, policies need no references to resources, so that they can be measured and
analysed at synth, and the platform stack can name node role and queue in chart values.
"""

from dataclasses import dataclass

from config.derived import limits
from config.derived.names import name_in_arn
from config.environment import Environment


@dataclass(frozen=True)
class KarpenterNames:
    """Names and ARNs of a cluster's Karpenter resources.

    Attributes:
        partition: aws, aws-cn or aws-us-gov.
        region: the region.
        account: the account's 12 digits.
        cluster: the cluster's name, up to 100 characters.
        reaches_iam: whether the controller reaches IAM, which has no VPC endpoint. Otherwise
            Terraform makes the instance profile.
        regional_names: whether names in IAM have the region.
        path: the path of roles and instance profiles.
        given_node_role: ARN of the nodes' role, if others made it.
    """

    partition: str
    region: str
    account: str
    cluster: str
    reaches_iam: bool = True
    regional_names: bool = False
    path: str = "/"
    given_node_role: str | None = None

    @classmethod
    def of(cls, environment: Environment, cluster: str) -> "KarpenterNames":
        """The names for a cluster of an environment."""
        return cls(
            environment.partition,
            environment.region,
            environment.account,
            cluster,
            reaches_iam=environment.network.without_internet is None,
            regional_names=environment.identity.regional_names,
            path=environment.identity.path or "/",
            given_node_role=environment.identity.roles.nodes,
        )

    @property
    def controller_role(self) -> str:
        """Name of the controller's role within the region, before shortening."""
        return f"KarpenterController-{self.cluster}"

    @property
    def node_role(self) -> str:
        """Name of the nodes' role, for `spec.role` of EC2NodeClasses."""
        if self.given_node_role is not None:
            return name_in_arn(self.given_node_role)
        return limits.shorten(
            f"KarpenterNodeRole-{self.cluster}{self._region_suffix}", limits.ROLE_NAME
        )

    @property
    def instance_profile(self) -> str:
        """Name of Terraform's instance profile, for `spec.instanceProfile` of EC2NodeClasses."""
        return limits.shorten(
            f"KarpenterNodeInstanceProfile-{self.cluster}{self._region_suffix}",
            limits.INSTANCE_PROFILE_NAME,
        )

    @property
    def _region_suffix(self) -> str:
        return f"-{self.region}" if self.regional_names else ""

    @property
    def queue(self) -> str:
        """Name of the interruption queue, for the chart's `settings.interruptionQueue`."""
        return limits.shorten(f"Karpenter-{self.cluster}", limits.QUEUE_NAME)

    @property
    def dead_letter_queue(self) -> str:
        """Name of the dead-letter queue."""
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
        own = f"arn:{self.partition}:iam::{self.account}:role{self.path}{self.node_role}"
        return self.given_node_role or own

    @property
    def queue_arn(self) -> str:
        """ARN of the interruption queue."""
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{self.queue}"

    @property
    def dead_letter_queue_arn(self) -> str:
        """ARN of the dead-letter queue."""
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{self.dead_letter_queue}"

    @property
    def instance_profiles_arn(self) -> str:
        """ARN of Terraform's instance profile, or of all, where Karpenter generates their names.

        Karpenter's have a path of its own, /karpenter/.
        """
        name = "/*" if self.reaches_iam else f"{self.path}{self.instance_profile}"
        return f"arn:{self.partition}:iam::{self.account}:instance-profile{name}"

    def rule_arn(self, event: str) -> str:
        """ARN of the rule for an event."""
        return f"arn:{self.partition}:events:{self.region}:{self.account}:rule/{self.rule(event)}"

    def ec2_arn(self, kind: str, account: str = "*") -> str:
        """ARN of all EC2 resources of a type in the region.

        Args:
            kind: for example `launch-template`.
            account: the owner; `*` for any, empty for images and snapshots, which have none.
        """
        return f"arn:{self.partition}:ec2:{self.region}:{account}:{kind}/*"
