"""The environment variables with which Terraform, the AWS provider and boto3 use the emulator."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = "127.0.0.1"

ZONE_REFERENCE = "zone-id:"
"""A caller reference of this and an id makes a Route 53 zone of that id."""

# They change the identity or the endpoint of a call, so they are removed. An empty value would not
# do: the SDKs treat an empty AWS_PROFILE as the name of a profile.
FOREIGN_PREFIXES = ("AWS_", "TF_AWS_", "MOTO_")


def emulator_variables(endpoint: str, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """Returns the variables that must be set for a process to talk to the emulator.

    Returns:
        The variables to add. With an IP address as endpoint both the provider and the S3 backend
        use path-style addresses by themselves.
    """
    base = os.environ if inherited is None else inherited
    unproxied = base.get("NO_PROXY") or base.get("no_proxy") or ""
    no_proxy = ",".join([*filter(None, unproxied.split(",")), LOOPBACK])
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }


def foreign_variables(inherited: Mapping[str, str] | None = None) -> list[str]:
    """Names the variables of an environment that could send a call elsewhere, sorted.

    Profiles, sessions, regions, endpoints of single services and the like.
    """
    base = os.environ if inherited is None else inherited
    return sorted(name for name in base if name.startswith(FOREIGN_PREFIXES))


def process_variables(endpoint: str, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """Returns a whole process environment: the inherited one without anything of the user's AWS.

    Returns:
        A new dictionary, fit for ``subprocess.run(env=...)``.
    """
    base = os.environ if inherited is None else inherited
    foreign = set(foreign_variables(base))
    kept = {name: value for name, value in base.items() if name not in foreign}
    return kept | emulator_variables(endpoint, base)
