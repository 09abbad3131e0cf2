"""Prints what the platform's pods ask for, against what its nodes offer."""

from rich.console import Console
from rich.table import Table

from config.environment import Environment
from config.types.quantity import MEBIBYTE, Amount
from modules.capacity.pods import Pods
from modules.capacity.report import Statement, statement


def print_capacity(environment: Environment, console: Console) -> None:
    """Prints the pods of an environment, their sums, and whether they fit.

    Args:
        environment: the environment.
        console: where to print.
    """
    reckoned = statement(environment)
    console.print(_pods(environment, reckoned))
    console.print(_sums(reckoned))
    console.print(_verdict(environment, reckoned))


def _pods(environment: Environment, reckoned: Statement) -> Table:
    table = Table(title=f"What the pods of {environment.name} ask for")
    for heading in ("Add-on", "Pods", "Where"):
        table.add_column(heading, overflow="fold")
    for heading in ("Replicas", "CPU each", "MiB each"):
        table.add_column(heading, justify="right")
    for pods in reckoned.pods:
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


def _sums(reckoned: Statement) -> Table:
    types = ", ".join(reckoned.nodes.instance_types)
    table = Table(title=f"{reckoned.count} system nodes of {types}")
    table.add_column("")
    for heading in ("CPU", "GiB", "Pods"):
        table.add_column(heading, justify="right")
    rows: dict[str, Amount | None] = {
        "A node has for pods": reckoned.node,
        "Runs on every node": reckoned.per_node,
        "Is left on all of them": reckoned.available,
        "The platform asks for": reckoned.requested,
        "For other nodes": reckoned.requested_elsewhere,
        "Limits of Karpenter's pools": reckoned.other_nodes_limit,
    }
    for label, amount in rows.items():
        if amount is not None:
            table.add_row(label, f"{amount.cpu:.2f}", f"{amount.gib:.1f}", str(amount.pods or ""))
    return table


def _verdict(environment: Environment, reckoned: Statement) -> str:
    if reckoned.node is None:
        return "The size of these instance types is not known here, so nothing is judged."
    if reckoned.fits_without_one:
        return "It fits, also when one of the nodes is lost."
    if environment.cluster.autoscaler == "karpenter":
        return "It fits. When one of the nodes is lost, some pods wait for a node of Karpenter's."
    return "It fits. When one of the nodes is lost, some pods wait for the next."
