"""Prints the requests of the platform's pods and the allocatable capacity of its nodes."""

from rich.console import Console
from rich.table import Table

from config.environment import Environment
from config.types.quantity import MEBIBYTE, Amount
from modules.capacity.addresses import AddressReport, address_report
from modules.capacity.pods import Pods
from modules.capacity.report import CapacityReport, capacity_report


def print_capacity(environment: Environment, console: Console) -> None:
    """Prints the pods of an environment, whether they fit, and whether nodes have addresses."""
    report = capacity_report(environment)
    console.print(_pods(environment, report))
    console.print(_sums(report))
    console.print(_verdict(environment, report))
    addresses = address_report(environment)
    console.print(_addresses(addresses))
    console.print(_addresses_verdict(addresses))


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


def _addresses(report: AddressReport) -> Table:
    table = Table(title="Addresses of as many nodes as limits and sizes allow")
    table.add_column("Nodes of", overflow="fold")
    for heading in ("Nodes", "Pods each", "/28 each", "/28 prefixes", "Private addresses"):
        table.add_column(heading, justify="right")
    for count in report.counts:
        size = f", {count.vcpus} CPUs each" if count.vcpus else ""
        each = (count.nodes, count.max_pods, count.prefixes_each, count.prefixes, count.addresses)
        table.add_row(f"{count.name}{size}", *map(str, each))
    if report.pods_with_groups:
        pods = str(report.pods_with_groups)
        table.add_row("Pods with security groups", "", "", "", "", pods)
    table.add_section()
    sums = {
        "All": (report.held_prefixes, report.held_addresses),
        "Available": (report.there_prefixes, report.there_addresses),
        "One zone less": (report.least_prefixes, report.least_addresses),
    }
    for label, (prefixes, addresses) in sums.items():
        table.add_row(label, "", "", "", str(prefixes), str(addresses))
    return table


def _addresses_verdict(report: AddressReport) -> str:
    if not report.fits:
        return "There are too few addresses for all of them."
    if report.fits_without_zone:
        return "There are addresses for all of them, also without one zone."
    return "There are addresses for all of them, but not without one zone."


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
