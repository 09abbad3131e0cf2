"""Scalar types of IAM policies, in the forms that IAM accepts."""

from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from config.reading.form import Form

PolicyArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:iam::(aws|[0-9]{12}):policy/([A-Za-z0-9_+=,.@-]+/)*"
        r"[A-Za-z0-9_+=,.@-]{1,128}$"
    ),
    Form(
        "the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>, with aws as the account "
        "for one of AWS",
        extract=r"^((?:[A-Za-z0-9_-]+/)*(?:Amazon|AWS)[A-Za-z0-9_]+)$",
        replacement=r"arn:aws:iam::aws:policy/\1",
    ),
]

StatementId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9]{1,64}$"),
    Form("1 to 64 letters and digits"),
]
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html"""

IamAction = Annotated[
    str,
    StringConstraints(pattern=r"^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+|\*:\*)$", max_length=128),
    Form("an action of IAM, <service>:<Action>, for example s3:GetObject"),
]
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"""

IamResource = Annotated[
    str,
    StringConstraints(
        pattern=r"^(\*|arn:(aws|aws-cn|aws-us-gov|\*):[a-z0-9-]+:[a-z0-9*-]*:([0-9]{12}|aws|\*)?:.+)$",
        max_length=2048,
    ),
    Form("an ARN, which may have asterisks, for example arn:aws:s3:::<bucket>/*; or an asterisk"),
]
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"""

_COMPARISONS: Final = "|".join(
    (
        r"String(Not)?Equals(IgnoreCase)?",
        r"String(Not)?Like",
        r"Numeric(Not)?Equals",
        r"Numeric(Less|Greater)Than(Equals)?",
        r"Date(Not)?Equals",
        r"Date(Less|Greater)Than(Equals)?",
        r"BinaryEquals",
        r"(Not)?IpAddress",
        r"Arn(Not)?(Equals|Like)",
        r"Bool",
    )
)

ConditionOperator = Annotated[
    str,
    StringConstraints(
        pattern=rf"^(Null|(ForAllValues:|ForAnyValue:)?({_COMPARISONS})(IfExists)?)$"
    ),
    Form("an operator of IAM conditions, for example StringEquals or ArnLike"),
]
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""

ConditionKey = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9-]+:[!-~]+$", max_length=256),
    Form("a key of IAM conditions, for example aws:SourceVpce"),
]

Effect = Literal["Allow", "Deny"]
