"""Whether the regions are enabled in the account."""

from collections.abc import Iterator
from typing import Final

from runner.check.context import CheckContext
from runner.check.finding import Finding

_HOME: Final = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""A region of each partition that every account has: a region that is not enabled cannot be asked.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""


def find(context: CheckContext) -> Iterator[Finding]:
    """Compares the regions of all providers with those that the account has enabled."""
    home = _HOME[context.environment.partition]
    answer = context.aws.call("ec2", "describe_regions", home, AllRegions=True)
    status = {each["RegionName"]: each["OptInStatus"] for each in answer["Regions"]}
    for region in context.needs.regions:
        if status.get(region) in ("opted-in", "opt-in-not-required"):
            yield Finding("ok", region, "enabled", "enabled")
        else:
            yield Finding(
                "error",
                region,
                status.get(region, "AWS does not list it"),
                "enabled",
                f"`aws account enable-region --region-name {region}`; it takes some minutes.",
            )
