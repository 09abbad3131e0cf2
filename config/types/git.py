"""Git repositories, and groups of an identity provider."""

from typing import Annotated, Final

from pydantic import StringConstraints

from config.reading.form import Form

RepositoryUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[A-Za-z0-9.-]+|ssh://git@[A-Za-z0-9.-]+|git@[A-Za-z0-9.-]+:|oci://[A-Za-z0-9.-]+)"
        r"[A-Za-z0-9._~:/-]*$"
    ),
    Form("an address that begins with https://, ssh://git@, git@<host>: or oci://, no password"),
]


_STEP: Final = r"(\.|\.?[A-Za-z0-9_*-][A-Za-z0-9._*-]*)"


RepositoryPath = Annotated[
    str,
    StringConstraints(pattern=rf"^{_STEP}(/{_STEP})*$"),
    Form("a path within the repository, without / at the beginning and without .. in it"),
]


SsoGroup = Annotated[
    str,
    StringConstraints(pattern=r'^[^,"\s](?:[^,"\n]{0,254}[^,"\s])?$'),
    Form("the name of a group as the identity provider gives it, without commas and quotes"),
]
