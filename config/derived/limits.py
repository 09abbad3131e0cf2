"""Limits of AWS, Kubernetes and Helm, checked at synth with the actual names.

AWS reports most of them only when Terraform applies, after other resources have been created. The
limits are the defaults of an account.
"""

import re
from hashlib import sha256
from typing import Final

CLUSTER_NAME: Final = 100
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html"""

NODE_GROUP_NAME: Final = 63
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""

ROLE_NAME: Final = 64
"""Characters of an IAM role's name.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

INSTANCE_PROFILE_NAME: Final = 128
"""Characters of an instance profile's name; same source as ROLE_NAME."""

POLICY_NAME: Final = 128
"""Characters of an IAM policy's name; same source as ROLE_NAME."""

POLICY_LENGTH: Final = 6144
"""Characters of a customer managed policy, white space not counted; same source as ROLE_NAME."""

INLINE_POLICY_LENGTH: Final = 10_240
"""Characters of all inline policies of a role, white space not counted; same source as
ROLE_NAME."""

TRUST_POLICY_LENGTH: Final = 2048
"""Characters of a role's trust policy, white space not counted; same source as ROLE_NAME."""

KEY_POLICY_LENGTH: Final = 32 * 1024
"""Bytes of a KMS key's policy.
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html"""

POLICIES_PER_ROLE: Final = 10
"""Managed policies attached to one role, those of AWS included; same source as ROLE_NAME."""

QUEUE_NAME: Final = 80
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html"""

EVENT_RULE_NAME: Final = 64
"""https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"""

KEY_ALIAS: Final = 256
"""Characters of a KMS alias, `alias/` included.
https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"""

BUCKET_NAME: Final = 63
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

LOG_GROUP_NAME: Final = 512
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""

LAUNCH_TEMPLATE_NAME: Final = 128
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html"""

SECURITY_GROUP_NAME: Final = 255
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""

SECURITY_GROUP_RULES: Final = 60
"""Rules of one direction in one security group.
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"""

LOAD_BALANCER_NAME: Final = 32
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""

TARGET_GROUP_NAME: Final = 32
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"""

HELM_RELEASE_NAME: Final = 53
"""Charts derive names from it, which must fit the 63 characters of a DNS label.
https://helm.sh/docs/chart_template_guide/getting_started/"""

TAGS: Final = 50
"""Tags of one resource. https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html"""

UNKNOWN_LENGTH: Final = 160
"""Characters counted for a value that is known after apply, such as the ARN of a KMS key.

The longest in the policies here is the ARN of an OIDC provider, with about 130."""

_UNKNOWN: Final = re.compile(r"\$\{TfToken\[[^\]]*\]\}")
_WHITE_SPACE: Final = re.compile(r"\s")
_HASH_LENGTH: Final = 8


class LimitError(ValueError):
    """A name or a document is longer than AWS allows."""


def shorten(name: str, limit: int) -> str:
    """The name, or its beginning and a hash of the whole where it is longer than the limit.

    The hash depends on the name alone: the short form is the same in every run, and two long names
    with the same beginning remain different.

    Args:
        limit: the maximum number of characters, for example ROLE_NAME; 10 or more.

    Raises:
        LimitError: the limit is too small for a beginning and the hash.
    """
    if len(name) <= limit:
        return name
    kept = limit - _HASH_LENGTH - 1
    if kept < 1:
        raise LimitError(
            f"{name!r} cannot be shortened to {limit} characters: the hash alone takes "
            f"{_HASH_LENGTH + 1}; choose a shorter name"
        )
    digest = sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[:kept].rstrip('-_.')}-{digest}"


def policy_length(document: str) -> int:
    """The characters of a policy document as IAM counts them.

    White space does not count. A value known after apply counts as UNKNOWN_LENGTH.

    Args:
        document: the document as JSON, which may contain CDKTF tokens.
    """
    known, unknown = _UNKNOWN.subn("", document)
    return len(_WHITE_SPACE.sub("", known)) + unknown * UNKNOWN_LENGTH


def checked_policy(name: str, document: str, limit: int = POLICY_LENGTH) -> str:
    """The document, if it is within the limit.

    Args:
        name: the name of the document in the error.
        document: the document as JSON.
        limit: POLICY_LENGTH or TRUST_POLICY_LENGTH.

    Raises:
        LimitError: the document is too long.
    """
    length = policy_length(document)
    if length > limit:
        raise LimitError(
            f"{name} has {length} characters, AWS allows {limit}: "
            "spread its statements over several policies, or shorten the names in it"
        )
    return document


def checked_policies_per_role(role: str, count: int) -> None:
    """Refuses a role with more managed policies than AWS allows.

    Raises:
        LimitError: there are too many.
    """
    if count > POLICIES_PER_ROLE:
        raise LimitError(
            f"role {role} has {count} managed policies, AWS allows {POLICIES_PER_ROLE}: "
            "combine the statements of several into one"
        )
