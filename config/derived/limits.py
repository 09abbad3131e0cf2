"""Limits that AWS, Kubernetes and Helm set, checked at synth with the names really used.

AWS reports most of them only when Terraform applies, after half a platform has been made. The
limits are the defaults of an account; none of them needs a quota increase.
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

POLICY_NAME: Final = 128
"""Characters of an IAM policy's name; same source as ROLE_NAME."""

POLICY_LENGTH: Final = 6144
"""Characters of a customer managed policy, white space not counted; same source as ROLE_NAME."""

TRUST_POLICY_LENGTH: Final = 2048
"""Characters of a role's trust policy, white space not counted; same source as ROLE_NAME."""

KEY_POLICY_LENGTH: Final = 32 * 1024
"""Bytes of a KMS key's policy.
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html"""

POLICIES_PER_ROLE: Final = 10
"""Managed policies attached to one role, AWS's and one's own; same source as ROLE_NAME."""

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
"""Helm's own limit: names in charts are derived from it within the 63 of a DNS label.
https://helm.sh/docs/chart_template_guide/getting_started/"""

TAGS: Final = 50
"""Tags of one resource. https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html"""

UNKNOWN_LENGTH: Final = 160
"""Characters counted for a value that only AWS will know, such as the ARN of a KMS key.

The longest of those that policies name here is the ARN of an OIDC provider with about 130."""

_UNKNOWN: Final = re.compile(r"\$\{TfToken\[[^\]]*\]\}")
_WHITE_SPACE: Final = re.compile(r"\s")
_HASH_LENGTH: Final = 8


class LimitError(ValueError):
    """A name or a document is longer than AWS allows."""


def shorten(name: str, limit: int) -> str:
    """A name that fits: itself, or its beginning and a hash of the whole.

    The hash depends on the name alone, so the short form is the same on every machine and in
    every run, and two long names that begin alike stay apart.

    Args:
        name: the name wanted.
        limit: the most characters allowed, for example ROLE_NAME; 10 or more.

    Raises:
        LimitError: the limit leaves no room for a beginning and the hash.
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

    White space does not count. A value known only at apply counts as UNKNOWN_LENGTH.

    Args:
        document: the document as JSON, which may contain CDKTF tokens.
    """
    known, unknown = _UNKNOWN.subn("", document)
    return len(_WHITE_SPACE.sub("", known)) + unknown * UNKNOWN_LENGTH


def checked_policy(name: str, document: str, limit: int = POLICY_LENGTH) -> str:
    """The document, when it is short enough.

    Args:
        name: what the document is called in the error.
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
    """Refuses a role with more managed policies than AWS attaches to one.

    Args:
        role: the role's name.
        count: how many policies it is to have.

    Raises:
        LimitError: there are too many.
    """
    if count > POLICIES_PER_ROLE:
        raise LimitError(
            f"role {role} has {count} managed policies, AWS allows {POLICIES_PER_ROLE}: "
            "put statements of several into one"
        )
