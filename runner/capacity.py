"""Prints the requests of the platform's pods and the allocatable capacity of its nodes."""

from dataclasses import asdict
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from config.environment import Environment
from config.types.quantity import MEBIBYTE, Amount
from modules.capacity.addresses import AddressReport, address_report
from modules.capacity.pods import Pods
from modules.capacity.report import CapacityReport, capacity_report
from runner.tables import print_table

LABELS: Final = {
    "allocatable_per_node": "Allocatable per node",
    "daemonsets_per_node": "DaemonSets per node",
    "allocatable": "Allocatable for other pods, all nodes",
    "requested": "Requests of the platform",
    "requested_elsewhere": "Requests for other nodes",
    "limit_of_node_pools": "Limits of Karpenter's node pools",
}


def print_capacity(environment: Environment, console: Console) -> None:
    """Prints the pods of an environment, whether they fit, and whether nodes have addresses."""
    report = capacity_report(environment)
    print_table(_pods(environment, report), console)
    print_table(_sums(report), console)
    console.print(_verdict(environment, report))
    addresses = address_report(environment)
    print_table(_addresses(addresses), console)
    console.print(_addresses_verdict(addresses))


def capacity_data(environment: Environment) -> dict[str, Any]:
    """The same for a machine: CPU in vCPUs, memory in bytes, None for what is not known."""
    report = capacity_report(environment)
    addresses = address_report(environment)
    return {
        "pods": [{**asdict(pods), "each": _data(pods.each)} for pods in report.pods],
        "system_nodes": {
            "count": report.count,
            "instance_types": list(report.nodes.instance_types),
            **{name: amount and _data(amount) for name, amount in _amounts(report).items()},
        },
        "fits": None if report.node is None else report.fits,
        "fits_without_one_node": None if report.node is None else report.fits_without_one,
        "addresses": {
            "nodes": [
                {
                    "name": count.name,
                    "nodes": count.nodes,
                    "max_pods": count.max_pods,
                    "prefixes": count.prefixes,
                    "private_addresses": count.addresses,
                }
                for count in addresses.counts
            ],
            "pods_with_groups": addresses.pods_with_groups,
            "prefixes": {
                "needed": addresses.held_prefixes,
                "available": addresses.there_prefixes,
                "available_without_one_zone": addresses.least_prefixes,
            },
            "private_addresses": {
                "needed": addresses.held_addresses,
                "available": addresses.there_addresses,
                "available_without_one_zone": addresses.least_addresses,
            },
            "fits": addresses.fits,
            "fits_without_one_zone": addresses.fits_without_zone,
        },
    }


def _data(amount: Amount) -> dict[str, float | int]:
    return {"cpu": float(amount.cpu), "memory": int(amount.memory), "pods": amount.pods}


def _amounts(report: CapacityReport) -> dict[str, Amount | None]:
    return {
        "allocatable_per_node": report.node,
        "daemonsets_per_node": report.per_node,
        "allocatable": report.available,
        "requested": report.requested,
        "requested_elsewhere": report.requested_elsewhere,
        "limit_of_node_pools": report.other_nodes_limit,
    }


def _pods(environment: Environment, report: CapacityReport) -> Table:
    table = Table(title=f"Requests of the pods of {environment.name}")
    for heading in ("Pods", "Where"):
        table.add_column(heading)
    for heading in ("Replicas", "CPU each", "MiB each"):
        table.add_column(heading, justify="right")
    for pods in report.pods:
        table.add_row(
            f"{pods.addon} {pods.name}",
            _where(environment, pods),
            "once" if pods.job else "1 each" if pods.where == "every node" else str(pods.replicas),
            f"{pods.each.cpu:.3f}",
            f"{pods.each.memory / MEBIBYTE:.0f}",
        )
    return table


def _where(environment: Environment, pods: Pods) -> str:
    if environment.cluster.auto_mode and pods.where != "every node":
        return "nodes of Auto Mode"
    if pods.where == "other nodes" and environment.cluster.autoscaler == "karpenter":
        return "Karpenter's nodes"
    return pods.where


def _sums(report: CapacityReport) -> Table:
    types = ", ".join(report.nodes.instance_types)
    title = f"{report.count} system nodes of {types}" if report.count else "EKS Auto Mode"
    table = Table(title=title)
    table.add_column("")
    for heading in ("CPU", "GiB", "Pods"):
        table.add_column(heading, justify="right")
    for name, amount in _amounts(report).items():
        if amount is not None:
            table.add_row(
                LABELS[name], f"{amount.cpu:.2f}", f"{amount.gib:.1f}", str(amount.pods or "")
            )
    return table


def _addresses(report: AddressReport) -> Table:
    table = Table(title="Addresses of as many nodes as limits and sizes allow")
    table.add_column("Nodes of")
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
    if environment.cluster.auto_mode:
        return "EKS Auto Mode makes nodes for the pods, within the limits of the pools."
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
