"""Prints the requests of the platform's pods and the allocatable capacity of its nodes."""

from rich.console import Console
from rich.table import Table

from config.environment import Environment
from config.types.quantity import MEBIBYTE, Amount
from modules.capacity.pods import Pods
from modules.capacity.report import CapacityReport, capacity_report


def print_capacity(environment: Environment, console: Console) -> None:
    """Prints the pods of an environment, their total requests, and whether they fit."""
    report = capacity_report(environment)
    console.print(_pods(environment, report))
    console.print(_sums(report))
    console.print(_verdict(environment, report))


def _pods(environment: Environment, report: CapacityReport) -> Table:
    table = Table(title=f"Requests of the pods of {environment.name}")
    for heading in ("Add-on", "Pods", "Where"):
        table.add_column(heading, overflow="fold")
    for heading in ("Replicas", "CPU each", "MiB each"):
        table.add_column(heading, justify="right")
    for pods in report.pods:
        table.add_row(
            pods.addon,
            pods.name,
            _where(environment, pods),
            "once" if pods.job else "1 each" if pods.where == "every node" else str(pods.replicas),
            f"{pods.each.cpu:.3f}",
            f"{pods.each.memory / MEBIBYTE:.0f}",
        )
    return table


def _where(environment: Environment, pods: Pods) -> str:
    if pods.where == "other nodes" and environment.cluster.autoscaler == "karpenter":
        return "Karpenter's nodes"
    return pods.where


def _sums(report: CapacityReport) -> Table:
    types = ", ".join(report.nodes.instance_types)
    table = Table(title=f"{report.count} system nodes of {types}")
    table.add_column("")
    for heading in ("CPU", "GiB", "Pods"):
        table.add_column(heading, justify="right")
    rows: dict[str, Amount | None] = {
        "Allocatable per node": report.node,
        "DaemonSets per node": report.per_node,
        "Allocatable for other pods, all nodes": report.available,
        "Requests of the platform": report.requested,
        "Requests for other nodes": report.requested_elsewhere,
        "Limits of Karpenter's node pools": report.other_nodes_limit,
    }
    for label, amount in rows.items():
        if amount is not None:
            table.add_row(label, f"{amount.cpu:.2f}", f"{amount.gib:.1f}", str(amount.pods or ""))
    return table


def _verdict(environment: Environment, report: CapacityReport) -> str:
    if report.node is None:
        return "The size of these instance types is unknown, so there is no result."
    if report.fits_without_one:
        return "The pods fit, also after the loss of one node."
    node = (
        "a node from Karpenter"
        if environment.cluster.autoscaler == "karpenter"
        else "its replacement"
    )
    if not report.sums_fit_without_one:
        return f"The pods fit. After the loss of one node, some pods wait for {node}."
    waiting = "\n".join(
        f"  {pods.addon} {pods.name}: {count} of {pods.replicas}, {_reason(pods)}"
        for pods, count in report.waiting_without_one
    )
    return (
        "The pods fit. After the loss of one node, the others have room for all of them, but "
        f"these wait for {node}:\n{waiting}"
    )


def _reason(pods: Pods) -> str:
    if pods.apart:
        return "because each needs a node of its own"
    return "if its volume is in a zone without another node"
