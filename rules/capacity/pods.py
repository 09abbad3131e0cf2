"""Rules of capacity: the platform's pods must fit on its nodes.

The requests of the pods are in the values of modules/addons, which does not import CDKTF.
"""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from config.types.quantity import QuantityError
from modules.capacity.report import CapacityReport, capacity_report
from rules.registration import rule

SYSTEM_NODES: Final[Path] = ("cluster", "system_nodes")

MOST_NODES: Final = 450
"""https://docs.aws.amazon.com/general/latest/gr/eks.html (nodes per managed node group)"""


@rule(last=True)
def platform_fits_its_nodes(environment: Environment) -> Iterator[Problem]:
    """The platform's pods fit on the system nodes, the others within Karpenter's limits."""
    try:
        report = capacity_report(environment)
    except QuantityError as error:
        message = "has a request in an add-on's values that is not a Kubernetes quantity"
        yield Problem(("platform",), message, str(error), "for example 100m or 128Mi")
        return
    yield from _system_nodes(report)
    if report.other_nodes_limit is not None and not report.fits_elsewhere:
        requested = report.requested_elsewhere
        if not report.count:
            requested = requested + report.requested
        yield Problem(
            ("platform", "karpenter", "node_pools"),
            "have too low limits: the platform's pods for Karpenter's nodes request "
            f"{requested.sizes}, and all pools together may have "
            f"{report.other_nodes_limit.sizes}",
        )


def _system_nodes(report: CapacityReport) -> Iterator[Problem]:
    if report.fits:
        return
    types = report.nodes.instance_types
    larger = report.smallest_type()
    pods = report.too_large
    if pods is not None:
        yield Problem(
            (*SYSTEM_NODES, "instance_types"),
            f"are too small for a pod of {pods.addon} ({pods.name}), which requests "
            f"{pods.each.sizes}",
            types,
            f"larger types, for example {larger}" if larger else "larger types",
            f"[{larger}]" if larger else "",
        )
        return
    enough = report.smallest_count(MOST_NODES)
    choices = [f"{enough} or more"] if enough else []
    choices += [f"larger instance_types, for example {larger}"] if larger else []
    yield Problem(
        (*SYSTEM_NODES, "desired_size"),
        f"is too small: the platform's pods request {report.requested}, and {report.count} "
        f"nodes of {types[0]} have {report.available} allocatable besides what runs on every node",
        report.count,
        ", or ".join(choices),
        str(enough or ""),
    )
