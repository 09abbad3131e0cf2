"""What moto lacks for an EKS platform, one small file per service.

A gap is a subclass of moto's own response class that adds or corrects actions, so moto's routing,
parameter parsing and serialisation stay in use; `serve` replaces the original. The state of a gap
is kept on moto's backend object (`attached`), so a reset deletes it as well.
"""

from __future__ import annotations

from tools.emulator.gaps import (
    backup,
    budgets,
    cached,
    ce,
    cloudtrail,
    dispatch,
    ec2,
    ecr,
    efs,
    elbv2,
    fresh,
    guardduty,
    kms,
    logs,
    route53,
    s3,
    s3_bucket_policies,
    s3_delete_markers,
    s3_encryption,
    s3_events,
    service_quotas,
    sqs,
    ssm,
)

_GAPS = (
    fresh,
    dispatch,
    backup,
    budgets,
    cached,
    ce,
    cloudtrail,
    ec2,
    ecr,
    efs,
    elbv2,
    guardduty,
    kms,
    logs,
    route53,
    s3,
    s3_bucket_policies,
    s3_delete_markers,
    s3_encryption,
    s3_events,
    service_quotas,
    sqs,
    ssm,
)


def install() -> None:
    """Adds everything in this package to moto. The server calls it once, before it listens."""
    for gap in _GAPS:
        gap.install()
