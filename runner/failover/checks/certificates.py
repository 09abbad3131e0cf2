"""Whether the certificates of the load balancer are valid."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from runner.check.finding import Finding, each
from runner.failover.age import now
from runner.failover.standby import Standby

RENEWED: Final = timedelta(days=30)
"""ACM begins to renew 60 days before the end, and repeats until it succeeds.
https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html"""

_BALANCER: Final = "aws_lb.load_balancer"


def find(standby: Standby) -> Iterator[Finding]:
    """The certificate of each listener for TLS."""
    balancer = standby.edge_resources.get(_BALANCER)
    if balancer is None:
        return
    listeners = standby.aws.pages(
        "elbv2", "describe_listeners", "Listeners", LoadBalancerArn=balancer["arn"]
    )
    arns = {one["CertificateArn"] for each in listeners for one in each.get("Certificates", ())}
    yield from each(
        sorted(arns), lambda arn: f"certificate {arn}", lambda arn: [_certificate(standby, arn)]
    )


def _certificate(standby: Standby, arn: str) -> Finding:
    answer = standby.aws.call("acm", "describe_certificate", CertificateArn=arn)
    certificate: dict[str, Any] = answer["Certificate"]
    subject = f"certificate of {certificate['DomainName']}"
    if certificate["Status"] != "ISSUED":
        action = f"See it in ACM: {arn}."
        return Finding("error", subject, f"is {certificate['Status']}", action=action)
    end: datetime = certificate["NotAfter"]
    left = end - now()
    if left <= timedelta():
        action = "Browsers refuse it: import or request another one."
        return Finding("error", subject, f"has expired on {end:%Y-%m-%d}", action=action)
    found = f"is valid until {end:%Y-%m-%d}"
    if left < RENEWED:
        action = "It should have been renewed: see its renewal status in ACM."
        return Finding("warning", subject, found, action=action)
    return Finding("ok", subject, found)
