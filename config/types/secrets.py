"""Names of secrets in AWS Secrets Manager."""

from typing import Annotated

from pydantic import StringConstraints

from config.reading.form import Form

SecretPrefix = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9/_+=.@!-]*[/_+=.@!-]$", max_length=256),
    Form("the beginning of names, up to and with a separator, for example prod/"),
]
"""Without a separator at its end a prefix would also match other names. The characters are those of
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html, and the `!` of
secrets that AWS manages."""

SecretName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9/_+=.@!-]{1,512}$"),
    Form("the name of a secret in AWS Secrets Manager, for example prod/platform/alerts-slack"),
]
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"""

SecretPath = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9]+([/_.-][A-Za-z0-9]+)*$", max_length=256),
    Form(
        "letters and digits, with single slashes, hyphens, underscores and dots between them, for "
        "example checkout/payments"
    ),
]
"""The rest of a name after its prefix. Two separators in a row would make Terraform's addresses
ambiguous."""
