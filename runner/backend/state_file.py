"""Reads a Terraform state without Terraform."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StateFile:
    """A Terraform state, format version 4.

    Attributes:
        lineage: the state's identity, which stays the same when it moves.
        serial: increases with every write.
        resources: attributes of each managed resource, by address.
        tainted: addresses that the next apply would replace.
        outputs: names of the outputs.
        providers: alias of the provider of each resource, by address; empty for the default one.
    """

    lineage: str
    serial: int
    resources: dict[str, dict[str, Any]]
    tainted: tuple[str, ...]
    outputs: tuple[str, ...]
    providers: dict[str, str]

    @property
    def is_applied(self) -> bool:
        """Whether the stack is applied: it has resources, or at least outputs."""
        return bool(self.resources or self.outputs)


def parse_state(text: str | bytes) -> StateFile | None:
    """Reads a state; None if the content is empty or incomplete.

    Terraform leaves an empty file when a state is moved, and an incomplete one when it is killed
    during a write.
    """
    try:
        document = json.loads(text)
        resources: dict[str, dict[str, Any]] = {}
        tainted: list[str] = []
        providers: dict[str, str] = {}
        for resource in document["resources"]:
            if resource["mode"] != "managed":
                continue
            # Synthesized stacks have neither modules nor count.
            address = f"{resource['type']}.{resource['name']}"
            providers[address] = resource.get("provider", "").partition('"].')[2]
            for instance in resource["instances"]:
                resources[address] = instance["attributes"]
                if instance.get("status") == "tainted":
                    tainted.append(address)
        return StateFile(
            lineage=document["lineage"],
            serial=document["serial"],
            resources=resources,
            tainted=tuple(sorted(tainted)),
            outputs=tuple(sorted(document["outputs"])),
            providers=providers,
        )
    except (ValueError, KeyError, TypeError):
        return None
