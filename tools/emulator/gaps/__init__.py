"""What moto lacks for an EKS platform, one small file per service.

A gap is a subclass of moto's own response class that adds or corrects actions, so moto's routing,
parameter parsing and serialisation stay in use; `serve` puts it in the place of the original. What
a gap has to remember lives on moto's backend object (`attached`), so a reset forgets it as well.
"""

from __future__ import annotations

from tools.emulator.gaps import (
    backup,
    budgets,
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
    s3,
    s3_bucket_policies,
    s3_delete_markers,
    s3_encryption,
    s3_events,
    sqs,
)

_GAPS = (
    fresh,
    dispatch,
    backup,
    budgets,
    ce,
    cloudtrail,
    ec2,
    ecr,
    efs,
    elbv2,
    guardduty,
    kms,
    logs,
    s3,
    s3_bucket_policies,
    s3_delete_markers,
    s3_encryption,
    s3_events,
    sqs,
)


def install() -> None:
    """Teaches moto everything in this package. Called once, by the server, before it listens."""
    for gap in _GAPS:
        gap.install()
