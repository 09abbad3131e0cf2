"""What a reader of a bill must know that is in no line of it."""

from collections.abc import Iterator, Sequence
from datetime import date

from config import versions
from config.environment import Environment
from runner.bill.lines import cents
from runner.bill.prices import RegionPrices
from runner.bill.resource import BilledResource
from runner.bill.use import MONTH


def notes(
    environment: Environment, resources: Sequence[BilledResource], prices: RegionPrices, day: date
) -> Iterator[str]:
    """Sentences about what is assumed, what costs more later, and what others pay for."""
    yield from _buckets(environment, resources)
    yield from _workloads(environment)
    yield from _extended_support(environment, prices, day)
    yield from _of_others(environment)


def _buckets(environment: Environment, resources: Sequence[BilledResource]) -> Iterator[str]:
    buckets = {each.name for each in resources if each.type == "aws_s3_bucket"}
    for name in environment.bill.buckets:
        if name not in buckets:
            there_are = ", ".join(sorted(buckets))
            yield f"bill.buckets.{name}: there is no such bucket. There are {there_are}."


def _workloads(environment: Environment) -> Iterator[str]:
    bill, workloads = environment.bill, environment.bill.workloads
    on_karpenter = environment.cluster.autoscaler == "karpenter"
    if on_karpenter and not (workloads.cpu or workloads.memory or bill.karpenter_nodes):
        yield (
            "No workloads of yours are assumed, only the pods of the platform: set bill.workloads."
        )


def _extended_support(environment: Environment, prices: RegionPrices, day: date) -> Iterator[str]:
    cluster = environment.cluster
    minor = versions.table().kubernetes.get(cluster.version)
    surcharge = prices.get("eks.extended_support_surcharge_hour")
    if minor and surcharge and cluster.upgrade_policy == "extended":
        ends, amount = minor.standard_support_ends, cents(surcharge.amount(MONTH))
        if day <= ends:
            yield (
                f"Standard support of Kubernetes {cluster.version} ends on {ends}: "
                f"from then on {amount} USD more a month."
            )


def _of_others(environment: Environment) -> Iterator[str]:
    edge = environment.edge
    if edge.owner:
        yield f"The load balancer and its firewall are in the bill of {edge.owner}."
    if edge.weights:
        others = ", ".join(name for name in edge.weights if name != environment.name)
        yield f"The load balancer also serves {others}, whose bill does not have it."
    if edge.internal.enabled and edge.internal.certificate_authority_arn:
        yield (
            "Not counted: the certificate authority of edge.internal.certificate_authority_arn, "
            "which is not made here, and the certificate that it issues: AWS Private CA costs by "
            "the month and by the certificate."
        )
