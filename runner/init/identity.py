"""Who calls AWS: the answers that credentials give."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

_QUICK: Final = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})
"""Without a network there is no answer, and no long wait for one."""

_ASSUMED: Final = re.compile(r"arn:([\w-]+):sts::(\d{12}):assumed-role/([^/]+)/.*")


@dataclass(frozen=True)
class Caller:
    """What is known of the caller; empty where it is not.

    Attributes:
        account: id of the AWS account.
        principal: ARN of the IAM role or user.
        region: the region of the shell's settings.
    """

    account: str = ""
    principal: str = ""
    region: str = ""


def caller() -> Caller:
    """Asks AWS who calls; without credentials, or without an answer, only the region is known."""
    session = boto3.Session()
    region = session.region_name or ""
    try:
        if session.get_credentials() is None:
            return Caller(region=region)
        sts = session.client("sts", region_name=region or "us-east-1", config=_QUICK)
        found = sts.get_caller_identity()
    except (BotoCoreError, ClientError):
        return Caller(region=region)
    return Caller(found["Account"], _principal(session, found["Arn"]), region)


def hosted_zone_of(domain: str) -> tuple[str, str]:
    """The id and the name of the public zone that a domain is in; empty where it is not found."""
    session = boto3.Session()
    names = domain.split(".")
    with suppress(BotoCoreError, ClientError):
        if session.get_credentials() is None:
            return "", ""
        route53 = session.client("route53", config=_QUICK)
        for index in range(len(names) - 1):
            name = ".".join(names[index:])
            zones = route53.list_hosted_zones_by_name(DNSName=name, MaxItems="10")["HostedZones"]
            for zone in zones:
                if zone["Name"] == f"{name}." and not zone["Config"].get("PrivateZone"):
                    return zone["Id"].rpartition("/")[2], name
    return "", ""


def _principal(session: boto3.Session, arn: str) -> str:
    """The ARN of the user, or of the role of a session.

    The ARN of a session lacks the path of its role, which IAM knows.
    """
    assumed = _ASSUMED.fullmatch(arn)
    if not assumed:
        return arn if ":user/" in arn else ""
    partition, account, name = assumed.groups()
    try:
        return session.client("iam", config=_QUICK).get_role(RoleName=name)["Role"]["Arn"]
    except (BotoCoreError, ClientError):
        return f"arn:{partition}:iam::{account}:role/{name}"
