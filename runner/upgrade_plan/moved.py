"""The versions of an environment: of EKS add-ons, charts and node images, from its JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from config import versions
from runner.upgrade_plan.changes import HELM, values_of
from runner.upgrade_plan.variant import Variant

NODE_CLASS: Final = "EC2NodeClass"


@dataclass(frozen=True)
class Moved:
    """A version before and after; None where there is none."""

    name: str
    before: str | None
    after: str | None

    @property
    def stays(self) -> bool:
        """Whether it is the same."""
        return self.before == self.after


def addons(before: Variant, after: Variant) -> list[Moved]:
    """The EKS add-ons."""
    return _compared(
        *(_versions(each, "aws_eks_addon", "addon_version") for each in _pair(before, after))
    )


def charts(before: Variant, after: Variant) -> list[Moved]:
    """The charts of the releases; our own charts have no version."""
    return _compared(*(_charts(each) for each in _pair(before, after)))


def node_images(before: Variant, after: Variant) -> list[Moved]:
    """The releases of the node groups' images."""
    return _compared(
        *(_versions(each, "aws_eks_node_group", "release_version") for each in _pair(before, after))
    )


def node_classes(before: Variant, after: Variant) -> list[Moved]:
    """The images of Karpenter's node classes."""
    return _compared(*(_node_classes(each) for each in _pair(before, after)))


def unfit(before: Variant, minor: str) -> list[str]:
    """The charts whose version before an upgrade does not support its minor.

    They have to be upgraded before the control plane.
    """
    found: list[str] = []
    for chart, version in _charts_by_name(before):
        key = _key(chart)
        if key is not None and not versions.chart_fits(key, version, minor):
            found.append(f"{chart} {version}")
    return sorted(set(found))


def manifests(variant: Variant) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects that our own charts carry, with the id of their release."""
    for id_, release in releases(variant).items():
        resources = values_of(release).get("resources")
        if "repository" not in release and isinstance(resources, list):
            for each in resources:
                if isinstance(each, dict):
                    yield id_, each


def releases(variant: Variant) -> dict[str, dict[str, Any]]:
    """The Helm releases of the platform stack by id."""
    return variant.stack("platform").get("resource", {}).get(HELM, {})


def _pair(before: Variant, after: Variant) -> tuple[Variant, Variant]:
    return before, after


def _compared(before: dict[str, str], after: dict[str, str]) -> list[Moved]:
    names = sorted(before.keys() | after.keys())
    return [Moved(name, before.get(name), after.get(name)) for name in names]


def _versions(variant: Variant, type_: str, argument: str) -> dict[str, str]:
    found = variant.stack("cluster").get("resource", {}).get(type_, {})
    named = {"aws_eks_addon": "addon_name", "aws_eks_node_group": "node_group_name"}[type_]
    return {each[named]: each[argument] for each in found.values() if argument in each}


def _charts(variant: Variant) -> dict[str, str]:
    return {
        release["name"]: release["version"]
        for release in releases(variant).values()
        if "version" in release
    }


def _charts_by_name(variant: Variant) -> Iterator[tuple[str, str]]:
    for release in releases(variant).values():
        if "version" in release:
            yield release["chart"].rpartition("/")[2], release["version"]


def _key(chart: str) -> str | None:
    """The name of a chart in the version table; None for a chart of the user's."""
    for key, entry in versions.table().charts.items():
        if (entry.chart or key) == chart:
            return key
    return None


def _node_classes(variant: Variant) -> dict[str, str]:
    return {
        each["metadata"]["name"]: ", ".join(
            term.get("alias") or json.dumps(term) for term in each["spec"]["amiSelectorTerms"]
        )
        for _, each in manifests(variant)
        if each.get("kind") == NODE_CLASS
    }
