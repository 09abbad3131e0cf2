"""Removes the machines of Karpenter, with or without its controller, and of EKS Auto Mode."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from runner.destroy import compute
from runner.destroy.objects import is_running
from runner.destroy.target import Target
from runner.destroy.waiting import Waits, shortened, wait_until_none
from runner.errors import RunnerError
from runner.kubernetes import kinds
from runner.kubernetes.api import Kubernetes, Object

TERMINATION_TIME: Final = "karpenter.sh/nodeclaim-termination-timestamp"
"""Annotation of a NodeClaim: the time after which Karpenter terminates the machine whatever its
pods, budgets and `karpenter.sh/do-not-disrupt` say. Karpenter computes it from the claim's own
terminationGracePeriod, which cannot be changed any more when the claim exists; so a new value in
the NodePool bounds only machines that do not exist yet.
https://karpenter.sh/docs/concepts/disruption/#terminationgraceperiod"""

CONTROLLER: Final = "karpenter"
FINALIZERS: Final = ("karpenter.sh/", "karpenter.k8s.aws/", "eks.amazonaws.com/")
NODE_LABEL: Final = "karpenter.sh/nodepool"

_ENDING: Final = (*compute.ALIVE, "shutting-down")


def machines(target: Target, api: Kubernetes | None) -> list[str]:
    """What there is of Karpenter's machines: NodeClaims, and instances in EC2.

    Neither Terraform nor Helm is asked. Helm removes a release from its records although its wait
    for the objects timed out; a second destroy would then delete Karpenter itself, and the machines
    would run on without it.
    """
    claims = [] if api is None else api.list(kinds.NODE_CLAIM)
    return [
        *(_claim(claim) for claim in claims),
        *(f"instance {each}" for each in compute.instances(target, _ENDING)),
    ]


def remove_machines(
    target: Target, api: Kubernetes | None, waits: Waits, say: Callable[[str], None]
) -> None:
    """Removes all machines of Karpenter, and the objects that would make new ones.

    With the controller, it drains the nodes for a bounded time. Without it, EC2 terminates the
    machines, and their objects lose the finalizers that no controller removes.

    Args:
        api: None where it cannot be reached.

    Raises:
        RunnerError: machines are left after the time.
    """
    if api is not None:
        for pool in api.list(kinds.NODE_POOL):
            _bound(api, pool, waits)
            api.delete(pool)
    if not machines(target, api):
        if api is not None and not _has_controller(target, api):
            _release_objects(api)
        return
    if api is not None and _has_controller(target, api):
        _drain(target, api, waits, say)
        return
    say(
        "Karpenter does not run, so no controller terminates these machines: "
        f"{shortened(machines(target, api))}. EC2 terminates them."
    )
    for instance in compute.instances(target):
        compute.terminate(target, instance)
    if api is not None:
        for claim in api.list(kinds.NODE_CLAIM):
            api.delete(claim)
        _release_objects(api)
    left = wait_until_none(lambda: machines(target, api), "machines", waits.machines, waits, say)
    if left:
        raise RunnerError(
            f"EC2 has not terminated these machines after {waits.machines:.0f} s: "
            f"{shortened(left)}. Look for termination protection and the state of the instances "
            "in EC2, then run the destroy again."
        )


def _has_controller(target: Target, api: Kubernetes) -> bool:
    """Whether something terminates machines: Karpenter, or EKS in Auto Mode."""
    return is_running(api, CONTROLLER) or target.auto_mode()


def _drain(target: Target, api: Kubernetes, waits: Waits, say: Callable[[str], None]) -> None:
    end = (datetime.now(UTC) + timedelta(seconds=waits.grace)).replace(microsecond=0)
    text = end.isoformat().replace("+00:00", "Z")
    say(
        f"Karpenter drains its nodes until {text} at most ({waits.grace:.0f} s), and then "
        "terminates them whatever runs on them."
    )

    def look() -> list[str]:
        for claim in api.list(kinds.NODE_CLAIM):
            _limit(api, claim, text)
            api.delete(claim)
        return machines(target, api)

    seconds = waits.grace + waits.machines
    left = wait_until_none(look, "machines of Karpenter", seconds, waits, say)
    if left and target.auto_mode():
        raise RunnerError(
            f"These machines of EKS Auto Mode still exist after {seconds:.0f} s: "
            f"{shortened(left)}.\nThe cluster is not destroyed while they exist. The events of "
            "their NodeClaims say why (`kubectl describe nodeclaims`). Run the destroy again "
            "afterwards."
        )
    if left:
        raise RunnerError(
            f"These machines of Karpenter still exist after {seconds:.0f} s: {shortened(left)}.\n"
            "Neither Karpenter nor the cluster is destroyed while they exist, because nothing "
            "would terminate them any more. Read the controller's log (`kubectl logs -n "
            "kube-system deployment/karpenter`) and run the destroy again. If Karpenter cannot "
            "terminate them, stop it (`kubectl scale -n kube-system deployment/karpenter "
            "--replicas 0`): then the next destroy terminates them in EC2."
        )


def _bound(api: Kubernetes, pool: Object, waits: Waits) -> None:
    """Bounds the drain of nodes that Karpenter is making at this moment."""
    grace = {"terminationGracePeriod": f"{max(1, round(waits.grace))}s"}
    api.patch(pool, {"spec": {"template": {"spec": grace}}})


def _limit(api: Kubernetes, claim: Object, end: str) -> None:
    """Sets the end of a claim's drain, unless it has an earlier one."""
    before = (claim.metadata.get("annotations") or {}).get(TERMINATION_TIME)
    if before is None or _time(before) > _time(end):
        api.patch(claim, {"metadata": {"annotations": {TERMINATION_TIME: end}}})


def _time(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return time.time() + timedelta(days=365).total_seconds()


def _release_objects(api: Kubernetes) -> None:
    """Deletes Karpenter's objects, with the finalizers that only its controller would remove."""
    for claim in api.list(kinds.NODE_CLAIM):
        api.remove_finalizers(claim, *FINALIZERS)
    for node in api.list(kinds.NODE, NODE_LABEL):
        api.delete(node)
        api.remove_finalizers(node, *FINALIZERS)
    for kind in (kinds.NODE_CLASS, kinds.AUTO_NODE_CLASS):
        for node_class in api.list(kind):
            api.delete(node_class)
            api.remove_finalizers(node_class, *FINALIZERS)


def _claim(claim: Object) -> str:
    pool = (claim.metadata.get("labels") or {}).get(NODE_LABEL, "none")
    instance = claim.status.get("providerID", "").rpartition("/")[2] or "no instance yet"
    state = "being deleted" if claim.is_deleting else "in use"
    return f"{claim} ({instance}, node pool {pool}, {state})"
