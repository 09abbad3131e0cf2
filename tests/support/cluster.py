"""Cluster stacks for tests, and the order that Terraform would make their resources in."""

import json
import re
from typing import Any

from cdktf import App, Testing

from config.environment import Environment
from stacks.cluster import ClusterStack
from support.environments import environment

_REFERENCE = re.compile(r"\$\{[^}]*?\b((?:data\.)?[a-z0-9_]+\.[a-z0-9_]+)")


class Cluster:
    """One synthesized cluster stack."""

    def __init__(self, settings: Environment) -> None:
        self.json: dict[str, Any] = json.loads(
            Testing.synth(ClusterStack(App(stack_traces=False), settings))
        )

    def of(self, type_: str) -> dict[str, dict[str, Any]]:
        """The resources of a type by id."""
        return self.json["resource"].get(type_, {})

    def one(self, type_: str, id_: str) -> dict[str, Any]:
        """One resource."""
        return self.of(type_)[id_]

    @property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """All resources by address."""
        return {
            f"{type_}.{id_}": body
            for type_, of_type in self.json["resource"].items()
            for id_, body in of_type.items()
        }

    def before(self, address: str) -> set[str]:
        """Everything that Terraform makes before a resource."""
        bodies, found, waiting = self.bodies, set[str](), [address]
        while waiting:
            body = bodies[waiting.pop()]
            direct = {*_REFERENCE.findall(json.dumps(body)), *body.get("depends_on", [])}
            new = {name for name in direct if name in bodies} - found
            found |= new
            waiting += new
        return found


def cluster(**settings: Any) -> Cluster:
    """The cluster stack of an environment with these `cluster` settings."""
    return Cluster(environment(cluster=settings))
