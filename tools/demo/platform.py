"""What the platform stack installs, read from its Terraform JSON."""

from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any, Final

RELEASE: Final = "helm_release"


def kinds(document: Mapping[str, Any]) -> Counter[str]:
    """How many resources of each type a stack has."""
    return Counter({kind: len(bodies) for kind, bodies in document.get("resource", {}).items()})


def releases(document: Mapping[str, Any]) -> Iterator[list[str]]:
    """The Helm releases in the order of apply: each group follows those that it needs."""
    bodies = document.get("resource", {})
    resources = {
        f"{kind}.{name}": body for kind, named in bodies.items() for name, body in named.items()
    }
    sorter = TopologicalSorter(
        {
            address: [each for each in body.get("depends_on", ()) if each in resources]
            for address, body in resources.items()
        }
    )
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        sorter.done(*ready)
        names = [resources[each]["name"] for each in ready if each.startswith(f"{RELEASE}.")]
        if names:
            yield names
