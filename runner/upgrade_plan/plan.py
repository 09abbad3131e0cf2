"""Plans an upgrade: the steps, and what was found about them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rules.load import Loaded
from runner.check.aws import AwsReader
from runner.check.finding import Finding, NotCheckedError
from runner.upgrade_plan import live, moved, own
from runner.upgrade_plan.changes import ChangedResource, changes
from runner.upgrade_plan.eks import Eks
from runner.upgrade_plan.live_api import LiveApi
from runner.upgrade_plan.minors import MinorUpgrade, upgrade_to
from runner.upgrade_plan.removed_apis import Behaviour, table
from runner.upgrade_plan.step import UpgradeStep
from runner.upgrade_plan.steps import Variants, steps
from runner.upgrade_plan.variant import VariantSettings, variants


@dataclass(frozen=True)
class Plan:
    """An upgrade.

    Attributes:
        behaviours: what the target changes without a change of an API.
    """

    upgrade: MinorUpgrade
    steps: list[UpgradeStep]
    findings: list[Finding]
    behaviours: list[Behaviour]


def plan(
    loaded: Loaded,
    target: str,
    folder: Path,
    name: str = "",
    aws: AwsReader | None = None,
    api: LiveApi | None = None,
) -> Plan:
    """Plans the upgrade of an environment to a minor.

    Args:
        folder: where both versions are synthesized.
        name: the environment as commands name it; default: its name.
        aws: default: the credentials of the environment variables.
        api: a live cluster; None for none.

    Raises:
        RunnerError: it is no upgrade by one minor, or the settings are not for the target.
    """
    environment = loaded.environment
    eks = Eks(environment, aws or AwsReader(environment.region))
    running, unknown = _running(eks)
    upgrade = upgrade_to(environment, target, running)
    asked = (
        VariantSettings(upgrade.current, "together"),
        VariantSettings(target, "after"),
        VariantSettings(target, "together"),
    )
    times = Variants(*variants(loaded, folder.resolve(), asked))
    found = offline(upgrade, times)
    if unknown is not None:
        found.append(unknown)
    else:
        found += eks.findings(upgrade, moved.addons(times.before, times.after))
    if api is None:
        hint = "Give --kubeconfig, or KUBECONFIG; `make tunnel` leads to a private API."
        found.append(
            Finding("not checked", "live cluster", "no kubeconfig", action=hint, check="live")
        )
    else:
        found += live.findings(api, upgrade)
    has_ipvs = times.after.environment.cluster.kube_proxy_mode == "ipvs"
    behaviours = [
        row
        for row in table().behaviours
        if row.minor == target and (row.look != "ipvs" or has_ipvs)
    ]
    return Plan(upgrade, steps(upgrade, times, name or environment.name), found, behaviours)


def offline(upgrade: MinorUpgrade, times: Variants) -> list[Finding]:
    """What the JSON and the settings show."""
    differences: list[ChangedResource] = changes(times.before, times.after)
    looks: Mapping[str, Callable[[], Iterator[Finding]]] = {
        "versions": lambda: own.pins(times, upgrade.target),
        "configuration": lambda: own.settings(times, upgrade),
        "resources": lambda: own.replaced(differences),
        "other stacks": lambda: own.other_stacks(differences),
        "APIs of the stacks": lambda: own.apis(times.after, upgrade.target),
        "budgets of the stacks": lambda: own.budgets(times.after),
        "replicas": lambda: own.single_replicas(times.after.environment),
    }
    return [replace(each, check=name) for name, look in looks.items() for each in look()]


def _running(eks: Eks) -> tuple[str | None, Finding | None]:
    """The running minor, or why EKS is not asked."""
    try:
        running = eks.running()
    except NotCheckedError as error:
        return None, replace(error.finding("EKS"), check="EKS")
    if running is None:
        reason = "there is no cluster of this name"
        return None, Finding("not checked", "EKS", reason, check="EKS")
    return running, None
