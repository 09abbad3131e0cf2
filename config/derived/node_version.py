"""The Kubernetes minor of node groups and EKS add-ons."""

from config import versions
from config.environment import Environment


def node_minor(environment: Environment) -> str:
    """The control plane's minor, or with `cluster.upgrade.nodes: after` the one before it.

    Raises:
        LookupError: the version table has no minor before it.
    """
    minor = environment.cluster.version
    if environment.cluster.upgrade.nodes == "together":
        return minor
    before = minor_before(minor)
    if before is None:
        raise LookupError(f"the version table has no minor before {minor}")
    return before


def minor_before(minor: str) -> str | None:
    """The minor before another; None where the version table does not have it."""
    known = sorted(versions.minors(), key=versions.number)
    position = known.index(minor) if minor in known else 0
    return known[position - 1] if position > 0 else None
