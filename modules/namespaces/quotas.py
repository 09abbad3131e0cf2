"""Resource quota and limit range of a namespace."""

from typing import Final

from cdktf_cdktf_provider_kubernetes.limit_range_v1 import (
    LimitRangeV1,
    LimitRangeV1Metadata,
    LimitRangeV1Spec,
    LimitRangeV1SpecLimit,
)
from cdktf_cdktf_provider_kubernetes.resource_quota_v1 import (
    ResourceQuotaV1,
    ResourceQuotaV1Metadata,
    ResourceQuotaV1Spec,
    ResourceQuotaV1SpecScopeSelector,
    ResourceQuotaV1SpecScopeSelectorMatchExpression,
)
from constructs import Construct

from config.sections.teams import ContainerDefaults, Quota
from modules.namespaces.namespace_ref import NamespaceRef

SYSTEM_PRIORITIES: Final = ("system-cluster-critical", "system-node-critical")
"""Kubernetes' own PriorityClasses, which pods of the platform have.
https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/"""


def resource_quota(scope: Construct, namespace_ref: NamespaceRef, quota: Quota) -> str:
    """Limits the sum of all pods of a namespace.

    Returns:
        the resource's address.

    Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
    """
    id_ = namespace_ref.id("quota")
    ResourceQuotaV1(
        scope,
        id_,
        metadata=ResourceQuotaV1Metadata(name="quota", namespace=namespace_ref.name),
        spec=ResourceQuotaV1Spec(
            hard={
                "requests.cpu": quota.cpu_requests,
                "requests.memory": quota.memory_requests,
                "limits.memory": quota.memory_limits,
                "pods": str(quota.pods),
                "requests.storage": quota.storage,
                "persistentvolumeclaims": str(quota.volumes),
                "services.loadbalancers": str(quota.load_balancers),
                "services.nodeports": str(quota.node_ports),
            }
        ),
    )
    return f"kubernetes_resource_quota_v1.{id_}"


def priority_quota(scope: Construct, namespace_ref: NamespaceRef) -> str:
    """Allows no pods with the priorities of the system, which would replace pods of the platform.

    Returns:
        the resource's address.

    Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/#resource-quota-per-priorityclass
    """
    id_ = namespace_ref.id("priority_quota")
    priorities = ResourceQuotaV1SpecScopeSelectorMatchExpression(
        scope_name="PriorityClass", operator="In", values=list(SYSTEM_PRIORITIES)
    )
    ResourceQuotaV1(
        scope,
        id_,
        metadata=ResourceQuotaV1Metadata(name="system-priorities", namespace=namespace_ref.name),
        spec=ResourceQuotaV1Spec(
            hard={"pods": "0"},
            scope_selector=ResourceQuotaV1SpecScopeSelector(match_expression=[priorities]),
        ),
    )
    return f"kubernetes_resource_quota_v1.{id_}"


def limit_range(scope: Construct, namespace_ref: NamespaceRef, defaults: ContainerDefaults) -> str:
    """Sets default requests and limits: a quota refuses containers without them.

    There is no default CPU limit, which would only leave idle CPU unused.

    Returns:
        the resource's address.

    Source: https://kubernetes.io/docs/concepts/policy/limit-range/
    """
    id_ = namespace_ref.id("limits")
    most = {"cpu": defaults.max_cpu, "memory": defaults.max_memory}
    LimitRangeV1(
        scope,
        id_,
        metadata=LimitRangeV1Metadata(name="defaults", namespace=namespace_ref.name),
        spec=LimitRangeV1Spec(
            limit=[
                LimitRangeV1SpecLimit(
                    type="Container",
                    default={"memory": defaults.memory_limit}
                    | ({"cpu": defaults.max_cpu} if defaults.max_cpu else {}),
                    default_request={
                        "cpu": defaults.cpu_request,
                        "memory": defaults.memory_request,
                    },
                    max={key: value for key, value in most.items() if value} or None,
                )
            ]
        ),
    )
    return f"kubernetes_limit_range_v1.{id_}"
