"""The pods of a platform by add-on: replicas, requests, and where they run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from config.environment import Environment
from config.types.quantity import Amount, quantity
from modules.addons.catalog import platform_releases
from modules.capacity.eks_addon_pods import ADDON_PODS
from modules.cluster.addon_catalog import EKS_ADDONS
from modules.helm.workload import BY_DEFAULT, JOB, NODE, Workload
from modules.merge import merged
from modules.scheduling import SYSTEM_TOLERATIONS

Where = Literal["system nodes", "every node", "other nodes"]

MISSING: Final = object()


@dataclass(frozen=True)
class Pods:
    """A group of identical pods.

    Attributes:
        addon: the add-on that they belong to.
        name: the workload's name.
        each: requests of one pod.
        replicas: number of pods; 1 for pods on every node.
        where: the nodes that they run on.
        job: whether they belong to a Job.
        apart: whether each needs a node without another of them.
        volume: whether each has a volume of one zone.
    """

    addon: str
    name: str
    each: Amount
    replicas: int
    where: Where
    job: bool = False
    apart: bool = False
    volume: bool = False

    @property
    def total(self) -> Amount:
        """Requests of all pods; those on every node, once."""
        return self.each * self.replicas


def pods(environment: Environment) -> list[Pods]:
    """The pods of an environment's EKS add-ons and of its platform.

    Raises:
        QuantityError: a request in the user's values is no quantity.
    """
    return [
        *_of_eks_addons(environment),
        *_of_guardduty(environment),
        *_of_the_platform(environment),
    ]


def value_at(values: Any, path: str) -> Any:
    """The value at a path, or MISSING.

    Args:
        path: keys and list indexes, joined by dots.
    """
    for key in path.split("."):
        if isinstance(values, Mapping) and key in values:
            values = values[key]
        elif isinstance(values, Sequence) and key.isdigit() and int(key) < len(values):
            values = values[int(key)]
        else:
            return MISSING
    return values


def _of_eks_addons(environment: Environment) -> Iterator[Pods]:
    cluster = environment.cluster
    for spec in EKS_ADDONS:
        settings = cluster.addon(spec.name)
        if spec.installed(cluster):
            known = ADDON_PODS[spec.name]
            configured = merged(spec.values(environment), settings.values)
            yield from _pods(spec.name, known.workloads, merged(known.defaults, configured))


def _of_guardduty(environment: Environment) -> Iterator[Pods]:
    """The agent that GuardDuty installs.

    Source: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-configure-security-agent-eks-addon.html
    """
    if environment.guardduty.enabled and environment.guardduty.runtime_monitoring:
        each = Amount(quantity("200m"), quantity("256Mi"), 1)
        yield Pods("aws-guardduty-agent", "agent", each, 1, "every node")


def _of_the_platform(environment: Environment) -> Iterator[Pods]:
    for release in platform_releases(environment):
        if release.name == release.addon.name:
            yield from _pods(release.name, release.addon.workloads, release.values)
        for manifest in release.manifests:
            if manifest["kind"] == "Job":
                yield _job(release.addon.name, manifest["spec"])
            elif manifest["kind"] == "CronJob":
                yield _job(release.addon.name, manifest["spec"]["jobTemplate"]["spec"])


def _pods(addon: str, workloads: Sequence[Workload], values: Mapping[str, Any]) -> Iterator[Pods]:
    for workload in workloads:
        if workload.enabled and value_at(values, workload.enabled) in {False, None, MISSING}:
            continue
        job, everywhere = workload.replicas == JOB, workload.replicas == NODE
        where: Where = "system nodes" if workload.system else "other nodes"
        if everywhere and workload.system:
            where = "every node"
        counted = bool(workload.replicas) and not job and not everywhere
        replicas = value_at(values, workload.replicas) if counted else 1
        yield Pods(
            addon=addon,
            name=workload.name,
            each=_pod(workload, values),
            replicas=replicas if isinstance(replicas, int) else 1,
            where=where,
            job=job,
            apart=workload.apart == BY_DEFAULT or _is_on(workload.apart, values),
            volume=workload.volume,
        )


def _is_on(path: str, values: Mapping[str, Any]) -> bool:
    return bool(path) and value_at(values, path) is True


def _job(addon: str, job: Mapping[str, Any]) -> Pods:
    """The pod of a Job or CronJob that is an object of its own, not of a chart."""
    template = job["template"]
    spec = template["spec"]
    each = sum((_requests(container, "resources") for container in spec["containers"]), Amount())
    system = any(taint in spec.get("tolerations", ()) for taint in SYSTEM_TOLERATIONS)
    return Pods(
        addon=addon,
        name=template["metadata"]["labels"]["app.kubernetes.io/name"],
        each=Amount(each.cpu, each.memory, 1),
        replicas=1,
        where="system nodes" if system else "other nodes",
        job=True,
    )


def _pod(workload: Workload, values: Mapping[str, Any]) -> Amount:
    """Requests of a pod: the sum of its containers, or of one init container if that is larger.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
    """
    together = sum((_requests(values, path) for path in workload.resources), Amount())
    for path in workload.init_resources:
        together = together.larger(_requests(values, path))
    return Amount(together.cpu, together.memory, 1)


def _requests(values: Mapping[str, Any], path: str) -> Amount:
    requests = value_at(values, f"{path}.requests")
    if not isinstance(requests, Mapping):
        return Amount()
    return Amount(quantity(requests.get("cpu", 0)), quantity(requests.get("memory", 0)))
