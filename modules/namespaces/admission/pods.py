"""Pods of teams: not with the priority of the system, and not on the nodes of the system.

Pods are checked whichever user makes them, because controllers make them from the template in an
object of a team. The objects with templates are checked too, so that their author sees the error.
"""

from typing import Final

from modules.namespaces.admission.policy import Condition, Matched, Policy
from modules.namespaces.admission.requesters import CHANGED
from modules.scheduling import SYSTEM_TOLERATIONS

SYSTEM_TAINT: Final = SYSTEM_TOLERATIONS[0]["key"]

PODS: Final = Policy(
    "pods",
    matched=(
        Matched("", ("pods", "replicationcontrollers")),
        Matched("apps", ("daemonsets", "deployments", "replicasets", "statefulsets")),
        Matched("batch", ("cronjobs", "jobs")),
    ),
    conditions=(CHANGED,),
    variables=(
        # Without a type, because only one of the three is there.
        ("any", "dyn(object)"),
        (
            "pod",
            "request.kind.kind == 'Pod' ? variables.any.spec : request.kind.kind == 'CronJob' ? "
            "variables.any.spec.jobTemplate.spec.template.spec : "
            "variables.any.spec.template.spec",
        ),
    ),
    checks=(
        Condition(
            "!has(variables.pod.priorityClassName) || "
            "!variables.pod.priorityClassName.startsWith('system-')",
            "priorityClassName must be none of Kubernetes' own: such a pod would replace pods of "
            "the platform",
        ),
        Condition(
            "!has(variables.pod.tolerations) || variables.pod.tolerations.all(each, "
            f"has(each.key) && !(each.key in ['', '{SYSTEM_TAINT}']))",
            f"tolerations must not tolerate every taint, nor {SYSTEM_TAINT}: the system nodes "
            "are the platform's",
        ),
        Condition(
            "(request.kind.kind == 'Pod' && request.operation == 'UPDATE') || "
            "!has(variables.pod.nodeName) || variables.pod.nodeName == ''",
            "nodeName must not be set: it would bypass the taints of nodes",
        ),
    ),
)
