"""What was changed outside Terraform, from the JSON of a plan that has refreshed its state."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from runner.plan_page.changes import attribute, attributes_of
from runner.plan_page.configuration import Configuration
from runner.plan_page.foreign import Resources, foreign
from runner.plan_page.model import Attribute, Change
from runner.plan_page.values import path_text

_OWNS_ALL: Final = {"aws_default_security_group": ("ingress", "egress")}
"""Terraform removes from these what the configuration does not give.
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/default_security_group"""


def outside(
    plan: Mapping[str, Any], document: Mapping[str, Any], elsewhere: Resources | None = ()
) -> tuple[tuple[Change, ...], int]:
    """What changed outside Terraform, and how many attributes are no such change.

    Those are attributes that no setting gives, which AWS or another resource sets, and those that
    the configuration tells Terraform to ignore, as the number of nodes.

    Args:
        plan: the answer of `terraform show -json`.
        document: the stack's Terraform JSON.
        elsewhere: the resources in the states of other stacks; None where they are not known, so
            that it is not known either what belongs to none.
    """
    configuration = Configuration(plan)
    found: dict[str, Change] = {}
    by_itself = 0
    for entry in plan.get("resource_drift", []):
        if entry.get("mode") != "managed":
            continue
        address = entry["address"]
        if entry["change"]["actions"] == ["delete"]:
            found[address] = Change(address, "destroy", reason="it no longer exists")
            continue
        ignored = _ignored(document, entry)
        attributes: list[Attribute] = []
        for difference, is_given in attributes_of(entry, configuration):
            path = path_text(difference.path)
            owned = is_given or difference.path[0] in _OWNS_ALL.get(entry["type"], ())
            if owned and not any(_is_below(path, each) for each in ignored):
                attributes.append(attribute(difference))
            else:
                by_itself += 1
        if attributes:
            found[address] = Change(address, "update", attributes=tuple(attributes))
    for address, more in ({} if elsewhere is None else foreign(plan, elsewhere)).items():
        before = found.get(address, Change(address, "update"))
        if before.action == "update":
            attributes = [*before.attributes, *more]
            found[address] = Change(address, "update", attributes=tuple(attributes))
    return tuple(found[address] for address in sorted(found)), by_itself


def _ignored(document: Mapping[str, Any], entry: Mapping[str, Any]) -> Sequence[str]:
    """The paths that `ignore_changes` of a resource names; `""` for all."""
    resource = document.get("resource", {}).get(entry["type"], {}).get(entry["name"], {})
    ignored = resource.get("lifecycle", {}).get("ignore_changes", [])
    return [""] if ignored == "all" else ignored


def _is_below(path: str, ignored: str) -> bool:
    return not ignored or path == ignored or path.startswith((f"{ignored}.", f"{ignored}["))
