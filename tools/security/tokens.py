"""Stands plausible values in for what Terraform fills into a policy document only at apply."""

import re
from typing import Final

_KEY: Final = "key/11111111-2222-3333-4444-555555555555"
_OIDC: Final = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
_OIDC_ARN: Final = f"arn:aws:iam::123456789012:oidc-provider/{_OIDC}"
_OUTPUT: Final = r"data\.terraform_remote_state\.\w+\.outputs"

EXAMPLES: Final = {
    r"aws_kms_key\.\w+\.arn": f"arn:aws:kms:eu-west-1:123456789012:{_KEY}",
    r"aws_efs_file_system\.\w+\.arn": (
        "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0123456789abcdef0"
    ),
    r"aws_iam_role\.\w+\.arn": "arn:aws:iam::123456789012:role/example",
    r"aws_iam_openid_connect_provider\.\w+\.arn": _OIDC_ARN,
    rf"{_OUTPUT}\.volume_key_arn": f"arn:aws:kms:eu-west-1:123456789012:{_KEY}",
    rf"{_OUTPUT}\.amp_workspace_arn": (
        "arn:aws:aps:eu-west-1:123456789012:workspace/ws-11111111-2222-3333-4444-555555555555"
    ),
    rf"{_OUTPUT}\.internal_hosted_zone_id": "Z0123456789ABCDEFGHIJ",
    rf"{_OUTPUT}\.oidc_provider_arn": _OIDC_ARN,
    r"local\.oidc_issuer": _OIDC,
    rf"{_OUTPUT}\.oidc_issuer": _OIDC,
}
"""Expressions, as regular expressions, and what their value looks like in AWS."""

_TOKEN: Final = re.compile(r"(?<!\$)\$\{([^}]*)\}")
_ESCAPED: Final = re.compile(r"\$\$\{")


class UnknownTokenError(Exception):
    """An expression has no example; the message names it."""


def with_examples(text: str) -> str:
    """Fills in the tokens of a document.

    IAM's own variables, which Terraform JSON writes as `$${aws:username}`, become what
    Terraform makes of them.

    Returns:
        The document as AWS might get it.

    Raises:
        UnknownTokenError: an expression is not in `EXAMPLES`.
    """
    return _ESCAPED.sub("${", _TOKEN.sub(_example, text))


def _example(token: re.Match[str]) -> str:
    for pattern, value in EXAMPLES.items():
        if re.fullmatch(pattern, token.group(1)):
            return value
    raise UnknownTokenError(f"add an example of {token.group()} to tools/security/tokens.py")
