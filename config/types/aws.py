"""Scalar types for AWS: names, ARNs and addresses in the formats that AWS allows.

Each has a pattern and a description in words, which error messages, the JSON Schema and the
configuration reference show.
"""

import re
from ipaddress import IPv4Network
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from config.reading.form import Form
from config.types.regions import PARTITION_OF

EnvironmentName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$"),
    Form(
        "2 to 20 lower-case letters, digits and hyphens, beginning with a letter "
        "and not ending with a hyphen"
    ),
]

AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$"), Form("12 digits in quotes")]

PrincipalArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:(role|user)/"
        r"([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$"
    ),
    Form(
        "the ARN of an IAM role or user, arn:aws:iam::<account>:role/<name>",
        # What `aws sts get-caller-identity` prints. Roles of single sign-on have a path besides.
        extract=r"^arn:([a-z-]+):sts::([0-9]{12}):assumed-role/((?!AWSReservedSSO_)[^/]+)/[^/]+$",
        replacement=r"arn:\1:iam::\2:role/\3",
    ),
]

OidcProviderArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$"
    ),
    Form(
        "the ARN of an IAM OIDC provider, arn:aws:iam::<account>:oidc-provider/<issuer without "
        "https://>"
    ),
]

OidcSubject = Annotated[
    str,
    StringConstraints(pattern=r"^[!-~]+$", max_length=256),
    Form("the subject of a token, with * for any text, for example repo:acme/shop:ref:refs/tags/*"),
]

RoleKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,28}[a-z0-9]$"),
    Form("2 to 30 lower-case letters, digits and hyphens, beginning with a letter"),
]

RoleArn = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$"),
    Form("the ARN of an IAM role, arn:aws:iam::<account>:role/<name>"),
]

PolicyArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]+$"
    ),
    Form("the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>"),
]

RolePath = Annotated[
    str,
    StringConstraints(pattern=r"^/([A-Za-z0-9_+=,.@-]+/)*$", max_length=512),
    Form("a path of IAM that begins and ends with a slash, for example /platform/"),
]

ZoneLetter = Annotated[
    str,
    StringConstraints(pattern=r"^[a-f]$"),
    Form(
        "the letter of an Availability Zone, a to f", extract=r"^[a-z]+(?:-[a-z]+)+-[0-9]([a-f])$"
    ),
]

CapacityReservationId = Annotated[
    str, StringConstraints(pattern=r"^cr-[0-9a-z]+$"), Form("cr- and letters and digits")
]

InstanceType = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|metal(-[0-9]+xl)?|[0-9]*xlarge)$"
    ),
    Form("an EC2 instance type, for example m7g.large"),
]

VpcId = Annotated[
    str,
    StringConstraints(pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$"),
    Form("the id of a VPC, vpc- and 17 hexadecimal digits"),
]

SubnetId = Annotated[
    str,
    StringConstraints(pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$"),
    Form("the id of a subnet, subnet- and 17 hexadecimal digits"),
]

SecurityGroupId = Annotated[
    str,
    StringConstraints(pattern=r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$"),
    Form("the id of a security group, sg- and 17 hexadecimal digits"),
]

KeyPairName = Annotated[
    str,
    StringConstraints(pattern=r"^[!-~]([ -~]{0,253}[!-~])?$"),
    Form("the name of an EC2 key pair: up to 255 ASCII characters, no space at its ends"),
]

KmsKeyArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]{36}$"
    ),
    Form("the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>"),
]

AmpWorkspace = Annotated[
    str,
    StringConstraints(
        pattern=r"^(arn:aws(-cn|-us-gov)?:aps:[a-z0-9-]+:[0-9]{12}:workspace/)?ws-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
    ),
    Form(
        "the id of a workspace of Amazon Managed Service for Prometheus, ws-..., or its ARN, "
        "arn:aws:aps:<region>:<account>:workspace/<id>"
    ),
]

TopicArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$"
    ),
    Form("the ARN of an SNS topic, arn:aws:sns:<region>:<account>:<name>"),
]

BucketName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$"),
    Form("3 to 63 lower-case letters, digits and hyphens"),
]

TagKey = Annotated[
    str,
    StringConstraints(pattern=r"^[\w .:/=+@-]+$", max_length=128),
    Form("1 to 128 letters, digits, spaces and any of . : / = + @ - _, not beginning with aws:"),
]

TagValue = Annotated[
    str,
    StringConstraints(pattern=r"^[\w .:/=+@-]*$", max_length=256),
    Form("up to 256 letters, digits, spaces and any of . : / = + @ - _"),
]


def _region(value: Any) -> Any:
    if isinstance(value, str) and value not in PARTITION_OF:
        raise PydanticCustomError(
            "unknown_region", "is not an AWS region", {"choices": ", ".join(sorted(PARTITION_OF))}
        )
    return value


Region = Annotated[
    str,
    BeforeValidator(_region),
    WithJsonSchema({"type": "string", "enum": sorted(PARTITION_OF)}),
    Form("the code of an AWS region"),
]


CIDR_FORM: Final = "an IPv4 CIDR block without host bits, for example 10.0.0.0/16"

_CIDR: Final = re.compile(r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/(3[0-2]|[12]?[0-9])$")
"""Python also reads 10.0.0.0 (a single address) and 10.0.0.0/255.255.0.0 as blocks."""


def _cidr(value: Any) -> Any:
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("cidr_type", "must be text", {"allowed": CIDR_FORM})
    try:
        network = IPv4Network(value, strict=False) if _CIDR.fullmatch(value) else None
    except ValueError:
        network = None
    if network is None:
        raise PydanticCustomError("cidr_value", "is not an IPv4 CIDR block", {"allowed": CIDR_FORM})
    if str(network) != value:
        context = {"allowed": CIDR_FORM, "suggestion": str(network)}
        raise PydanticCustomError("cidr_host_bits", "has host bits set", context)
    return network


Cidr = Annotated[
    IPv4Network,
    BeforeValidator(_cidr),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _CIDR.pattern}),
    Form(CIDR_FORM),
]

RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]  # fmt: skip
"""The retention periods that CloudWatch Logs offers, in days."""
