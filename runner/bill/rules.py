"""What resources cost, by type."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from runner.bill.lines import Item
from runner.bill.resource import BilledResource
from runner.bill.types import cluster, network, storage
from runner.bill.use import MONTH, Use

FILE: Final = Path(__file__).with_name("types.yaml")

Rule: TypeAlias = Callable[[BilledResource, Use], Iterator[Item]]

RULES: Final[Mapping[str, Rule]] = {
    "aws_cloudwatch_log_group": storage.log_group,
    "aws_efs_backup_policy": storage.backup_policy,
    "aws_efs_file_system": storage.file_system,
    "aws_eks_capability": cluster.capability,
    "aws_eks_cluster": cluster.cluster,
    "aws_eks_node_group": cluster.node_group,
    "aws_flow_log": network.flow_log,
    "aws_guardduty_detector_feature": cluster.detector_feature,
    "aws_lb": network.load_balancer,
    "aws_nat_gateway": network.nat_gateway,
    "aws_route53_health_check": network.health_check,
    "aws_s3_bucket": storage.bucket,
    "aws_secretsmanager_secret": storage.secret,
    "aws_vpc_endpoint": network.endpoint,
    "aws_vpc_endpoint_subnet_association": network.endpoint_in_a_subnet,
    "aws_wafv2_web_acl": network.web_acl,
    "helm_release": storage.release,
}
"""The types that take more than a line of types.yaml."""


@dataclass(frozen=True)
class Types:
    """What types.yaml says.

    Attributes:
        priced: what the lines of a type are made of.
        free: why a type costs nothing by itself.
        not_counted: why the bill has no line of a type.
    """

    priced: Mapping[str, list[dict[str, Any]]]
    free: Mapping[str, str]
    not_counted: Mapping[str, str]

    def knows(self, type_: str) -> bool:
        """Whether anything is known of a type."""
        return any(type_ in each for each in (RULES, self.priced, self.free, self.not_counted))


@cache
def types() -> Types:
    """What types.yaml says."""
    return Types(**yaml.safe_load(FILE.read_text(encoding="utf-8")))


def items(resource: BilledResource, use: Use) -> Iterator[Item]:
    """What a resource has that costs something."""
    if rule := RULES.get(resource.type):
        yield from rule(resource, use)
    for each in types().priced.get(resource.type, ()):
        yield _item(each, use)


def _item(entry: Mapping[str, Any], use: Use) -> Item:
    assumed = entry.get("assumed", "")
    if assumed:
        quantity = use.assumed(assumed)
    else:
        quantity = MONTH if entry["times"] == "hours" else Decimal(entry["times"])
    if entry.get("stored"):
        quantity = use.stored(quantity)
    return Item(entry["what"], entry["price"], quantity, assumed)
