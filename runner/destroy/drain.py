"""Lets controllers delete what they made, while they still run."""

from collections.abc import Callable, Sequence
from typing import Final

from runner.destroy import load_balancing
from runner.destroy.nodes import remove_machines
from runner.destroy.objects import is_running, load_balanced
from runner.destroy.storage import record_policies
from runner.destroy.target import Target
from runner.destroy.waiting import Waits, shortened, wait_until_none
from runner.errors import RunnerError
from runner.kubernetes import kinds
from runner.kubernetes.api import Kubernetes, Object

LOAD_BALANCER_CONTROLLER: Final = "aws-load-balancer-controller"
LOAD_BALANCER_FINALIZERS: Final = (
    "service.k8s.aws/",
    "ingress.k8s.aws/",
    "group.ingress.k8s.aws/",
    "gateway.k8s.aws/",
    "elbv2.k8s.aws/",
    "service.eks.amazonaws.com/",
    "ingress.eks.amazonaws.com/",
    "group.ingress.eks.amazonaws.com/",
    "gateway.eks.amazonaws.com",
    "eks.amazonaws.com/",
)

Say = Callable[[str], None]


def drain(target: Target, api: Kubernetes, waits: Waits, say: Say) -> None:
    """Does what needs the controllers that the platform stack installs, in their order.

    First what deploys again what is deleted, then what has load balancers, then machines. The
    platform's own controllers run on the system nodes, so that they outlive Karpenter's machines.
    In EKS Auto Mode they run on these machines, which end with the platform stack's node pools.

    Raises:
        RunnerError: something still hangs after a bounded time; the message says what to do.
    """
    record_policies(target, api.list(kinds.VOLUME))
    _remove_applications(api, waits, say)
    _remove_load_balancers(target, api, waits, say)
    if not target.auto_mode():
        remove_machines(target, api, waits, say)


def _remove_applications(api: Kubernetes, waits: Waits, say: Say) -> None:
    """Deletes ApplicationSets, which make applications, and then all Applications.

    An Application that Argo CD cannot delete in time loses its finalizers: what it deployed goes
    with the cluster, and its load balancers and volumes are looked for separately.
    """
    for kind in (kinds.APPLICATION_SET, kinds.APPLICATION):
        found = _delete_all(api, lambda kind=kind: api.list(kind))
        if not found:
            continue
        say(f"Argo CD deletes {len(found)} {kind.plural} with what they deployed.")
        left = wait_until_none(
            lambda kind=kind: api.list(kind), kind.plural, waits.applications, waits, say
        )
        for each in left:
            api.remove_finalizers(each)
        if left:
            say(
                f"Argo CD did not delete {shortened(left)} within {waits.applications:.0f} s. "
                "Their finalizers are removed; what they deployed is deleted with the cluster."
            )


def _remove_load_balancers(target: Target, api: Kubernetes, waits: Waits, say: Say) -> None:
    found = _delete_all(api, lambda: load_balanced(api))
    auto_mode = target.auto_mode()
    running = auto_mode or is_running(api, LOAD_BALANCER_CONTROLLER)
    if not running:
        # The API of EC2 deletes the load balancers themselves, after the platform.
        bindings = [
            *api.list(kinds.TARGET_GROUP_BINDING),
            *api.list(kinds.AUTO_TARGET_GROUP_BINDING),
        ]
        for each in [*load_balanced(api), *bindings]:
            if each.is_deleting:
                api.remove_finalizers(each, *LOAD_BALANCER_FINALIZERS)
    if not found:
        return
    say(f"Deleting {len(found)} objects with load balancers: {shortened(found)}")

    def look() -> Sequence[object]:
        objects = load_balanced(api)
        if objects or not running:
            return objects
        return [f"load balancer {each}" for each in load_balancing.load_balancers(target)]

    left = wait_until_none(look, "load balancers", waits.load_balancers, waits, say)
    if left and auto_mode:
        raise RunnerError(
            f"These still exist after {waits.load_balancers:.0f} s: {shortened(left)}.\n"
            "The events of an object say why (`kubectl describe`). Run the destroy again "
            "afterwards."
        )
    if left:
        raise RunnerError(
            f"These still exist after {waits.load_balancers:.0f} s: {shortened(left)}.\n"
            "The events of an object say why (`kubectl describe`), often deletion protection in "
            "its annotations. Run the destroy again afterwards. If the controller cannot delete "
            "them, stop it (`kubectl scale -n kube-system "
            f"deployment/{LOAD_BALANCER_CONTROLLER} --replicas 0`): then the next destroy deletes "
            "them with the API of EC2."
        )


def remove_claims(api: Kubernetes, waits: Waits, say: Say) -> None:
    """Deletes all claims, and waits until the CSI driver has deleted their volumes.

    The driver goes with the cluster stack. What it does not delete in time is deleted with the
    API of EC2 after the cluster.
    """
    if not _delete_all(api, lambda: api.list(kinds.CLAIM)) and not _deletable(api):
        return
    left = wait_until_none(lambda: _deletable(api), "volumes", waits.claims, waits, say)
    if left:
        say(
            f"The CSI driver did not delete {shortened(left)} within {waits.claims:.0f} s. "
            "Their EBS volumes are deleted after the cluster."
        )


def _deletable(api: Kubernetes) -> list[Object]:
    """Volumes that end with their claim."""
    return [
        each
        for each in api.list(kinds.VOLUME)
        if each.spec.get("persistentVolumeReclaimPolicy") == "Delete"
        and each.status.get("phase") in ("Bound", "Released", "Failed")
    ]


def _delete_all(api: Kubernetes, find: Callable[[], list[Object]]) -> list[Object]:
    found = find()
    for each in found:
        api.delete(each)
    return found


def stuck_namespaces(api: Kubernetes) -> list[str]:
    """Namespaces that are being deleted, with what Kubernetes says keeps them."""
    found: list[str] = []
    for namespace in api.list(kinds.NAMESPACE):
        conditions = namespace.status.get("conditions") or ()
        reasons = [
            each["message"]
            for each in conditions
            if each["status"] == "True" and each["type"].endswith("Remaining")
        ]
        if namespace.is_deleting:
            found.append(f"{namespace}: {' '.join(reasons) or 'no reason given yet'}")
    return found


def crds_left(api: Kubernetes) -> list[str]:
    """Names of the CRDs that Helm kept: those that it never deletes, with their objects."""
    return sorted(each.name for each in api.list(kinds.CRD) if not _is_of_eks(each))


def _is_of_eks(crd: Object) -> bool:
    """Whether it is of an EKS add-on or of EKS itself, which go with the cluster stack."""
    group = crd.spec.get("group", "")
    return group in _EKS_GROUPS


_EKS_GROUPS: Final = (
    "vpcresources.k8s.aws",
    "crd.k8s.amazonaws.com",
    "networking.k8s.aws",
    "snapshot.storage.k8s.io",
    "groupsnapshot.storage.k8s.io",
    "eks.amazonaws.com",
)
