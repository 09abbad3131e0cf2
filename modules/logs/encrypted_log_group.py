"""A CloudWatch log group with its own KMS key."""

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from config.environment import Environment
from modules.identity.kms import EncryptionKey, log_group_use


class EncryptedLogGroup:
    """A log group, and the key that encrypts it (J1).

    Attributes:
        key: the key; CloudWatch Logs may use it for this group only.
        group: the log group.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        key_id: str,
        group_id: str,
        name: str,
        alias: str,
        description: str,
        retention_days: int,
        prevent_destroy: bool = False,
    ) -> None:
        """Makes key and log group.

        Args:
            alias: the key's alias, beginning with `alias/`.
            retention_days: one of CloudWatch's periods.
            prevent_destroy: of the key.
        """
        self.key = EncryptionKey(
            scope,
            key_id,
            environment,
            alias=alias,
            description=description,
            services=[log_group_use(environment, name)],
            prevent_destroy=prevent_destroy,
        )
        self.group = CloudwatchLogGroup(
            scope,
            group_id,
            name=name,
            kms_key_id=self.key.arn,
            retention_in_days=retention_days,
        )
