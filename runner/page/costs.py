"""The bill of an environment, by stack and by kind."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from runner.bill.lines import BillLine, MonthlyBill, total

NAMES: Final = {
    "alb": "Application Load Balancer",
    "amp": "Amazon Managed Prometheus",
    "backup": "AWS Backup",
    "cloudwatch": "CloudWatch",
    "data_transfer": "Data transfer",
    "ebs": "EBS volumes",
    "ecr": "ECR",
    "efs": "EFS",
    "eks": "EKS control plane",
    "guardduty": "GuardDuty",
    "gwlb": "Gateway Load Balancer",
    "instance": "EC2 instances",
    "kms": "KMS keys",
    "nat_gateway": "NAT gateways",
    "nlb": "Network Load Balancer",
    "public_ipv4": "Public IPv4 addresses",
    "route53": "Route 53",
    "s3": "S3",
    "vpc_endpoint": "VPC endpoints",
    "vpn": "VPN",
    "waf": "Firewall (AWS WAF)",
}
"""Kinds whose name is not the key of their prices."""


@dataclass(frozen=True)
class Part:
    """A part of a bill, in USD per month.

    Attributes:
        share: of the whole bill, in percent.
    """

    name: str
    fixed: Decimal
    assumed: Decimal
    share: Decimal

    @property
    def sum(self) -> Decimal:
        """Both."""
        return self.fixed + self.assumed


def by_stack(bill: MonthlyBill) -> list[Part]:
    """The parts of the stacks, in the order of apply."""
    return _parts(bill, lambda line: line.stack)


def by_kind(bill: MonthlyBill) -> list[Part]:
    """The parts of kinds of resources, the most expensive first."""
    return sorted(_parts(bill, _kind), key=lambda part: (-part.sum, part.name))


def _kind(line: BillLine) -> str:
    key = "instance" if line.item.instance else line.item.price.partition(".")[0]
    return NAMES.get(key, key.replace("_", " ").capitalize())


def _parts(bill: MonthlyBill, key: Callable[[BillLine], str]) -> list[Part]:
    found: dict[str, list[BillLine]] = {}
    for line in bill.lines:
        found.setdefault(key(line), []).append(line)
    whole = bill.total or Decimal(1)
    return [
        Part(
            name,
            total(line for line in lines if not line.item.assumed),
            total(line for line in lines if line.item.assumed),
            (total(lines) / whole * 100).quantize(Decimal("0.1")),
        )
        for name, lines in found.items()
    ]
