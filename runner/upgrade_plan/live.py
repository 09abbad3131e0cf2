"""What a live cluster says of an upgrade, read through a kubeconfig."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from runner.check.finding import Finding, NotCheckedError
from runner.upgrade_plan import behaviours, live_apis, live_blockers
from runner.upgrade_plan.live_api import LiveApi
from runner.upgrade_plan.minors import MinorUpgrade


def findings(api: LiveApi, upgrade: MinorUpgrade) -> list[Finding]:
    """API versions in use, what blocks the replacement of nodes, and changes of behaviour."""
    try:
        found = [_whose(api, upgrade)]
    except NotCheckedError as error:
        action = "`make tunnel` leads to a private API; its kubeconfig goes to --kubeconfig."
        return [Finding("not checked", api.server, error.reason, action=action, check="kubeconfig")]
    looks: dict[str, Callable[[], Iterator[Finding]]] = {
        "API requests": lambda: live_apis.requested(api, upgrade.target),
        "API objects": lambda: live_apis.written(api, upgrade.target),
        "live pods": lambda: _pods(api, upgrade),
    }
    for name, look in looks.items():
        try:
            rows = list(look())
        except NotCheckedError as error:
            rows = [error.finding(name)]
        found += (replace(row, check=row.check or name) for row in rows)
    return found


def _whose(api: LiveApi, upgrade: MinorUpgrade) -> Finding:
    """Whether it can be the cluster of the environment: it has one of the two minors."""
    minor = api.version()
    if minor in {upgrade.current, upgrade.target}:
        return Finding("ok", api.server, f"Kubernetes {minor}", check="kubeconfig")
    return Finding(
        "error",
        api.server,
        f"Kubernetes {minor}",
        f"{upgrade.current} or {upgrade.target}",
        f"Is it the kubeconfig of {upgrade.environment}?",
        check="kubeconfig",
    )


def _pods(api: LiveApi, upgrade: MinorUpgrade) -> Iterator[Finding]:
    cluster = live_blockers.LiveObjects.of(api)
    yield from live_blockers.find(cluster)
    for each in behaviours.find(api, cluster.pods, upgrade):
        yield replace(each, check="live nodes")
