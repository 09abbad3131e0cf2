"""Whether EKS offers the builds of its add-ons for the cluster's Kubernetes version."""

from collections.abc import Iterator

from config.versions import number
from runner.check.context import CheckContext
from runner.check.finding import Finding, each
from runner.check.needs import Resource


def find(context: CheckContext) -> Iterator[Finding]:
    """Asks for each add-on."""
    versions = context.needs.values("aws_eks_cluster", "version")
    addons = [
        resource
        for resource in context.needs.of("aws_eks_addon")
        if resource.literal("addon_version") is not None
    ]
    for version in versions:
        yield from each(
            addons,
            lambda addon: addon.attributes["addon_name"],
            lambda addon, version=version: _addon(context, addon, version),
        )


def _addon(context: CheckContext, addon: Resource, kubernetes: str) -> Iterator[Finding]:
    name, build = addon.attributes["addon_name"], addon.attributes["addon_version"]
    answer = context.aws.pages(
        "eks",
        "describe_addon_versions",
        "addons",
        kubernetesVersion=kubernetes,
        addonName=name,
    )
    offered = [version["addonVersion"] for each in answer for version in each["addonVersions"]]
    needed = f"{build} on {kubernetes}"
    if context.ours.is_applied(addon, "addon_name", "addon_version"):
        yield Finding("ok", name, "installed", needed)
        return
    if build in offered:
        yield Finding("ok", name, "offered", needed)
        return
    newest = max(offered, key=number, default=None)
    yield Finding(
        "error",
        name,
        f"not offered; the newest build is {newest}" if newest else "EKS has no build",
        needed,
        f"Set `cluster.addons.{name}.version: {newest}`."
        if newest
        else "Leave the add-on out, or use another Kubernetes version.",
    )
