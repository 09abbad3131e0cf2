"""What of the environment itself matters for an upgrade, from its JSON and its settings."""

from collections.abc import Iterator
from typing import Any, Final

from config import versions
from config.environment import Environment
from modules.capacity.pods import pods
from runner.check.finding import Finding
from runner.upgrade_plan import moved
from runner.upgrade_plan.budgets import BudgetLimits
from runner.upgrade_plan.changes import ChangedResource, values_of
from runner.upgrade_plan.minors import MinorUpgrade
from runner.upgrade_plan.objects import objects_of
from runner.upgrade_plan.removed_apis import Verdict, table, verdict
from runner.upgrade_plan.steps import CLUSTER, PLATFORM, Variants
from runner.upgrade_plan.variant import Variant

BUDGETS: Final = ("poddisruptionbudget", "pdb", "defaultpoddisruptionbudget")
"""Keys of charts for a budget, in lower case."""

REPLICAS: Final = ("replicas", "replicaCount")


def apis(after: Variant, target: str) -> Iterator[Finding]:
    """The API versions of the objects that the stacks make."""
    count = 0
    found: dict[tuple[str, str], tuple[Verdict, list[str]]] = {}
    for each in objects_of(after):
        count += 1
        said = verdict(each.version, each.kind, target)
        if said is not None:
            _, names = found.setdefault((each.version, each.kind), (said, []))
            names.append(f"{each.name} ({each.address})")
    for (version, kind), (said, names) in found.items():
        where = ", ".join(sorted(names))
        yield Finding(
            said.status, f"{version} {kind}", f"{said.words}: {where}", action=said.action
        )
    if not found:
        yield Finding("ok", "objects of the stacks", f"{count} with API versions that stay")


def budgets(after: Variant) -> Iterator[Finding]:
    """The PodDisruptionBudgets that the values of charts ask for, and those of our own charts."""
    count = 0
    for id_, release in moved.releases(after).items():
        for path, values, replicas in _budgets(values_of(release)):
            count += 1
            limits = BudgetLimits.of(values)
            reason = limits.strict(replicas)
            if limits == BudgetLimits() and replicas == 1:
                reason = "a budget for one replica"
            if reason:
                yield _strict(f"{release['name']}: {path}", reason, f"helm_release.{id_}")
    for each in objects_of(after):
        if each.kind == "PodDisruptionBudget" and each.content:
            count += 1
            reason = BudgetLimits.of(each.content.get("spec", {})).strict(None)
            if reason:
                yield _strict(each.name, reason, each.address)
    yield Finding("ok", "budgets of the stacks", f"{count} read")


def _strict(subject: str, reason: str, address: str) -> Finding:
    return Finding(
        "error",
        subject,
        f"{reason}: no pod of it may be evicted ({address})",
        "a budget that lets one pod go",
        "Add a replica, or set maxUnavailable: 1.",
    )


def _budgets(values: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], int | None]]:
    """Budgets anywhere in the values of a chart, with the replicas beside them."""
    if isinstance(values, list):
        for index, each in enumerate(values):
            yield from _budgets(each, f"{path}[{index}]")
    if not isinstance(values, dict):
        return
    for key, value in values.items():
        where = f"{path}.{key}".lstrip(".")
        if key.lower() in BUDGETS and isinstance(value, dict):
            is_off = False in (value.get("enabled"), value.get("enable"))
            if not is_off:
                yield where, value, _replicas(values)
        else:
            yield from _budgets(value, where)


def _replicas(beside: dict[str, Any]) -> int | None:
    """The replicas beside a budget, or in a mapping beside it as in `prometheusSpec`."""
    inside = (each for each in beside.values() if isinstance(each, dict))
    for place in (beside, *inside):
        for key in REPLICAS:
            if isinstance(place.get(key), int):
                return place[key]
    return None


def single_replicas(environment: Environment) -> Iterator[Finding]:
    """Workloads of the platform that are away while their node is replaced."""
    found = [
        f"{each.addon} {each.name}"
        for each in pods(environment)
        if each.replicas == 1 and not each.job and each.where != "every node"
    ]
    if found:
        yield Finding(
            "warning",
            "workloads with one replica",
            f"{len(found)}: {', '.join(sorted(found))}",
            "two replicas",
            "They are not there while their node is replaced. Set `replicas` of the add-on where "
            "that matters.",
        )
    else:
        yield Finding("ok", "workloads of the platform", "each has more than one replica")


def pins(variants: Variants, target: str) -> Iterator[Finding]:
    """Versions that no source confirms for the target, and charts that do not support it."""
    entry = versions.table().kubernetes[target]
    used = {each.name for each in moved.addons(variants.before, variants.after)}
    unconfirmed = sorted(
        f"{name} {pin.version}"
        for name, pin in entry.addons.items()
        if pin.unconfirmed and name in used
    )
    if unconfirmed:
        yield Finding(
            "warning",
            f"EKS add-ons on {target}",
            f"not confirmed: {', '.join(unconfirmed)}",
            f"builds that EKS offers for {target}",
            f"Compare with `aws eks describe-addon-versions --kubernetes-version {target}`, or run "
            "this with credentials.",
        )
    own = {
        name: addon.version
        for name, addon in variants.after.environment.cluster.addons.items()
        if addon.version is not None and name in used
    }
    if own:
        builds = ", ".join(f"{name} {version}" for name, version in sorted(own.items()))
        yield Finding(
            "warning",
            "EKS add-ons",
            f"stay, because the file sets them: {builds}",
            action="Remove `version`, or set a build for the new minor, with `nodes: together`.",
        )
    late = moved.unfit(variants.after, target)
    if late:
        yield Finding("error", "charts", f"not for {target}: {', '.join(late)}")
    early = moved.unfit(variants.before, target)
    if early:
        yield Finding(
            "warning",
            "charts",
            f"not for {target}, so that they are upgraded first: {', '.join(early)}",
        )
    if not (unconfirmed or own or late or early):
        yield Finding("ok", f"versions for {target}", "each is confirmed by its source")


def settings(variants: Variants, upgrade: MinorUpgrade) -> Iterator[Finding]:
    """What the rules warn of with the target only, and changes of behaviour."""
    # The first part of a warning is the environment's name.
    for each in variants.after.warnings:
        if each not in variants.before.warnings:
            yield Finding("warning", "configuration", each.partition(": ")[2])
    mode = variants.after.environment.cluster.kube_proxy_mode
    for row in table().behaviours:
        if row.look == "ipvs" and mode == "ipvs" and row.minor == upgrade.target:
            yield Finding(
                "warning", "kube-proxy", row.change, action=f"{row.action} ({row.source})"
            )


def other_stacks(found: list[ChangedResource]) -> Iterator[Finding]:
    """Changes outside the stacks that the steps apply."""
    for each in found:
        if each.stack not in (CLUSTER, PLATFORM):
            yield Finding(
                "warning",
                f"{each.stack}: {each.address}",
                each.action,
                action=f"Apply this stack too: STACK={each.stack}.",
            )


def replaced(found: list[ChangedResource]) -> Iterator[Finding]:
    """Resources that Terraform would delete and make again."""
    away = [each for each in found if each.action in {"replace", "delete"}]
    for each in away:
        why = f" for {', '.join(each.replaced_by)}" if each.replaced_by else ""
        yield Finding(
            "warning",
            f"{each.stack}: {each.address}",
            f"{each.action}d{why}" if each.action != "replace" else f"replaced{why}",
            "in place",
            "Read the plan before you apply it.",
        )
    if not away:
        yield Finding("ok", "resources", f"{len(found)} change in place, none is replaced")
