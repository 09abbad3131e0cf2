"""Scalar types for Kubernetes and EKS, in the formats that they allow."""

from typing import Annotated, Final, Literal

from pydantic import StringConstraints, WithJsonSchema

from config import versions
from config.reading.form import Form

ClusterName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"),
    Form("1 to 100 letters, digits, hyphens and underscores, beginning with a letter or a digit"),
]
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html"""

KubernetesVersion = Annotated[
    str,
    StringConstraints(pattern=r"^1\.[0-9]{2}$"),
    WithJsonSchema({"type": "string", "enum": list(versions.minors())}),
    Form(f"a Kubernetes minor in quotes: {', '.join(versions.minors())}"),
]

AddonVersion = Annotated[
    str,
    StringConstraints(pattern=r"^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$"),
    Form("an add-on version of EKS, for example v1.23.2-eksbuild.1"),
]

ChartVersion = Annotated[
    str,
    StringConstraints(pattern=r"^v?[0-9]+\.[0-9]+\.[0-9]+$"),
    Form("a chart version, for example 1.14.1"),
]

NodeGroupName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$"),
    Form("1 to 40 lower-case letters, digits and hyphens, beginning with a letter"),
]
"""EKS allows 63 characters; the suffix that replaces a group takes some of them."""

Namespace = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
    Form("the name of a Kubernetes namespace"),
]

GroupName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:._/-]{0,62}$"),
    Form("the name of a Kubernetes group: up to 63 letters, digits and any of : . _ / -"),
]

AllowedKind = Annotated[
    str,
    StringConstraints(
        pattern=r"^(default|[A-Z][A-Za-z0-9]{0,62}|[a-z0-9][a-z0-9.-]{0,252}/(\*|[A-Z][A-Za-z0-9]{0,62}))$"
    ),
    Form("default, a kind such as ConfigMap, or a group and a kind such as apps/DaemonSet"),
]
"""https://kubernetes.io/docs/reference/using-api/#api-groups"""

_LABEL_KEY: Final = (
    r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"
)
_LABEL_VALUE: Final = r"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$"

LabelKey = Annotated[
    str,
    StringConstraints(pattern=_LABEL_KEY),
    Form("a Kubernetes label key: up to 63 characters, with a DNS name and / before it or without"),
]
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"""

LabelValue = Annotated[
    str,
    StringConstraints(pattern=_LABEL_VALUE),
    Form("up to 63 letters, digits and any of - _ . in quotes where it looks like a number"),
]

AddonName = Literal[
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "aws-ebs-csi-driver",
    "aws-efs-csi-driver",
    "snapshot-controller",
    "metrics-server",
    "eks-node-monitoring-agent",
]
"""The EKS add-ons, by their names in EKS."""

ObjectName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
    Form("1 to 63 lower-case letters, digits and hyphens"),
]
"""The name is the value of a label of each node; a label has up to 63 characters."""


Cpu = Annotated[
    str,
    StringConstraints(pattern=r"^([1-9][0-9]*(\.[0-9]{1,3})?|[1-9][0-9]*m|0\.[0-9]{0,2}[1-9])$"),
    Form("CPUs in quotes, for example 500m or 2"),
]

Memory = Annotated[
    str,
    StringConstraints(pattern=r"^([1-9][0-9]*(\.[0-9]+)?|0\.[0-9]*[1-9])([MGTPE]i?)$"),
    Form("memory in quotes with a unit, for example 512Mi or 4Gi"),
]

StorageSize = Annotated[
    str,
    StringConstraints(pattern=r"^(0|[0-9]+(\.[0-9]+)?[MGTPE]i?)$"),
    Form("a size in quotes with a unit, for example 500Gi, or 0"),
]
"""Kubernetes accepts m, which means thousandths, and no unit, which means bytes; both are mistakes.
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""


Duration = Annotated[
    str, StringConstraints(pattern=r"^([0-9]+(s|m|h))+$"), Form("a duration, for example 1h30m")
]


MetricPattern = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_:*][A-Za-z0-9_:*]*$", max_length=200),
    Form("the name of a metric, with * for any characters, for example container_cpu_*"),
]

PrometheusDuration = Annotated[
    str,
    StringConstraints(
        pattern=r"^([1-9][0-9]*h([0-9]+m)?([0-9]+s)?|[1-9][0-9]*m([0-9]+s)?|[1-9][0-9]*s)$"
    ),
    Form("hours, minutes and seconds in this order, for example 30s or 1m30s"),
]
"""https://prometheus.io/docs/prometheus/latest/configuration/configuration/"""


DurationOrNever = Annotated[
    str,
    StringConstraints(pattern=r"^(([0-9]+(s|m|h))+|Never)$"),
    Form("a duration, for example 720h, or Never"),
]


Schedule = Annotated[
    str,
    StringConstraints(
        pattern=r"^(@(annually|yearly|monthly|weekly|daily|midnight|hourly)|\S+( \S+){4})$"
    ),
    Form("five cron fields in UTC, for example 0 9 * * mon-fri"),
]

ZonedSchedule = Annotated[
    str,
    StringConstraints(
        pattern=r"^(@(annually|yearly|monthly|weekly|daily|midnight|hourly)|\S+( \S+){4})$"
    ),
    Form("five cron fields in the time zone that is set, for example 0 6 * * 1"),
]


PodSecurityLevel = Literal["privileged", "baseline", "restricted"]
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/"""

TeamName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$"),
    Form("1 to 40 lower-case letters, digits and hyphens, beginning with a letter"),
]
