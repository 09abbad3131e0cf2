"""What there is before a destroy, and how it is printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from runner.destroy.leftover import Leftover, LeftoverKind
from runner.destroy.nodes import NODE_LABEL
from runner.destroy.objects import Hanging, hanging
from runner.destroy.sweep import ALL
from runner.destroy.target import Target
from runner.kubernetes.api import Kubernetes, Object

AwsFound = list[tuple[LeftoverKind, list[Leftover]]]

_LISTED: Final = 20
"""So many of a kind are listed one by one."""


@dataclass(frozen=True)
class Inventory:
    """What controllers made, by Kubernetes and by AWS.

    Attributes:
        kubernetes: None if the API was not asked.
    """

    kubernetes: Hanging | None
    aws: AwsFound

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be deleted before Terraform starts."""
        found = self.kubernetes
        return not self.aws and (
            found is None
            or not (
                found.application_sets
                or found.applications
                or found.load_balancers
                or found.node_pools
                or found.node_claims
            )
        )

    @property
    def has_nothing(self) -> bool:
        """Whether there is nothing at all to show."""
        return not self.aws and (
            self.kubernetes is None or not any(items for _, items in _groups(self.kubernetes))
        )

    def show(self, say: Callable[[str], None]) -> None:
        """Prints it."""
        if self.kubernetes is not None:
            for title, objects in _groups(self.kubernetes):
                _list(say, title, [_described(each) for each in objects])
        for kind, found in self.aws:
            lines = [
                f"{each}: kept, because {each.kept}" if each.kept else str(each) for each in found
            ]
            _list(say, f"{kind.title}s in AWS", lines)


def take_inventory(target: Target, api: Kubernetes | None) -> Inventory:
    """Asks Kubernetes and AWS."""
    found = [(kind, list(kind.find(target))) for kind in ALL]
    return Inventory(
        hanging(api) if api is not None else None,
        [(kind, items) for kind, items in found if items],
    )


def _groups(found: Hanging) -> list[tuple[str, list[Object]]]:
    return [
        ("ApplicationSets of Argo CD", found.application_sets),
        ("Applications of Argo CD", found.applications),
        ("Services, Ingresses and Gateways with load balancers", found.load_balancers),
        ("NodePools", found.node_pools),
        ("NodeClaims", found.node_claims),
        ("PersistentVolumeClaims", found.claims),
    ]


def _described(each: Object) -> str:
    place = f"{each.namespace}/{each.name}" if each.namespace else each.name
    labels = each.metadata.get("labels") or {}
    details = [
        each.status.get("providerID", "").rpartition("/")[2],
        labels.get("node.kubernetes.io/instance-type", ""),
        labels.get(NODE_LABEL, ""),
        each.spec.get("volumeName", ""),
    ]
    text = ", ".join(detail for detail in details if detail)
    return f"{place} ({text})" if text else place


def _list(say: Callable[[str], None], title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    say(f"  {title}: {len(lines)}")
    for line in lines[:_LISTED]:
        say(f"    {line}")
    if len(lines) > _LISTED:
        say(f"    and {len(lines) - _LISTED} more")
