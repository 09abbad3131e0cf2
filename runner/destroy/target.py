"""The cluster whose leftovers are looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.kubernetes.access import described
from runner.manifest import Stack


@dataclass(frozen=True)
class Target:
    """A cluster that is, or was, in a state of this environment.

    Attributes:
        name: the cluster's name, which controllers write into the tags of what they make.
        stack: the stack that makes it.
        vpc: id of the VPC that the network stack made; None if it made none or it is gone.
    """

    name: str
    region: str
    stack: Stack
    location: Location
    vpc: str | None

    @classmethod
    def of(cls, stacks: Sequence[Stack], location: Location) -> "Target | None":
        """Finds the cluster of an environment; None if there never was one.

        A cluster of the same name that is in no state of the environment belongs to another one.

        Raises:
            ClientError: AWS rejected a call.
        """
        for stack in stacks:
            clusters = stack.document.get("resource", {}).get("aws_eks_cluster", {})
            for cluster in clusters.values():
                region = stack.document["provider"]["aws"][0]["region"]
                found = cls(cluster["name"], region, stack, location, _vpc(stacks, location))
                state = read_state(location, stack.backend["key"])
                if state is not None and (state.is_applied or not found.exists()):
                    return found
        return None

    def client(self, service: str) -> Any:
        """Returns a client for the cluster's region."""
        return self.location.client(service, self.region)

    def exists(self) -> bool:
        """Whether EKS has the cluster."""
        return described(self.location, self.name, self.region) is not None

    def auto_mode(self) -> bool:
        """Whether EKS Auto Mode runs the nodes of the cluster, and makes its load balancers."""
        found = described(self.location, self.name, self.region) or {}
        return bool((found.get("computeConfig") or {}).get("enabled"))


def _vpc(stacks: Sequence[Stack], location: Location) -> str | None:
    for stack in stacks:
        if "aws_vpc" in stack.document.get("resource", {}):
            state = read_state(location, stack.backend["key"])
            for address, attributes in (state.resources if state else {}).items():
                if address.startswith("aws_vpc."):
                    return attributes.get("id")
    return None
