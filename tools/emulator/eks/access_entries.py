"""Access entries: who may call the Kubernetes API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.eks.base import EksBase, in_use, invalid_parameter, invalid_request, not_found

if TYPE_CHECKING:
    from tools.emulator.eks.clusters import EmulatedCluster
    from tools.emulator.eks.state import Record

_PRINCIPAL = re.compile(r"arn:[a-z-]+:iam::(?P<account>\d{12}):(?P<kind>role|user|root)(/.+)?")
_RESERVED_GROUP = re.compile(r"(system|eks|aws|amazon|iam):")
_NODE_TYPES = {
    "EC2_LINUX": (["system:nodes"], "system:node:{{EC2PrivateDNSName}}"),
    "EC2_WINDOWS": (
        ["eks:kube-proxy-windows", "system:nodes"],
        "system:node:{{EC2PrivateDNSName}}",
    ),
    "FARGATE_LINUX": (
        ["system:bootstrappers", "system:node-proxier", "system:nodes"],
        "system:node:{{SessionName}}",
    ),
    "HYBRID_LINUX": (["system:nodes"], "system:node:{{SessionName}}"),
    "EC2": (["system:nodes"], "system:node:{{EC2PrivateDNSName}}"),
}
STANDARD = "STANDARD"
AUTO_MODE = "EC2"


class AccessEntries(EksBase):
    """The five access entry calls.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
    """

    def create_access_entry(self) -> ActionResult:
        """Answers CreateAccessEntry."""
        params = self._get_params()
        cluster = self.cluster_with_access_entries()
        principal = params["principalArn"]
        if not _PRINCIPAL.fullmatch(principal):
            invalid_parameter("The principalArn parameter format is not valid")
        if (cluster.name, principal) in self.state.access_entries:
            in_use("The specified access entry resource is already in use on this cluster.")
        _check(params)
        return ActionResult({"accessEntry": self.put_access_entry(cluster.name, principal, params)})

    def describe_access_entry(self) -> ActionResult:
        """Answers DescribeAccessEntry."""
        return ActionResult({"accessEntry": self.access_entry()})

    def list_access_entries(self) -> ActionResult:
        """Answers ListAccessEntries, all or those with an associated policy."""
        self.cluster_with_access_entries()
        entries = self.of_cluster(self.state.access_entries)
        policies = self.of_cluster(self.state.access_policies)
        wanted = self._get_param("associatedPolicyArn")
        return self.page(
            "accessEntries",
            [arn for arn in entries if wanted is None or wanted in policies.get(arn, {})],
        )

    def update_access_entry(self) -> ActionResult:
        """Answers UpdateAccessEntry: groups and user name, nothing else."""
        params = self._get_params()
        entry = self.access_entry()
        _check(params | {"type": entry["type"]})
        for name in ("kubernetesGroups", "username"):
            if params.get(name) is not None:
                entry[name] = params[name]
        entry["modifiedAt"] = utcnow()
        return ActionResult({"accessEntry": entry})

    def delete_access_entry(self) -> EmptyResult:
        """Answers DeleteAccessEntry, which takes the associated policies as well."""
        entry = self.access_entry()
        key = (entry["clusterName"], entry["principalArn"])
        del self.state.access_entries[key]
        self.state.access_policies.pop(key, None)
        return EmptyResult()

    def access_entry(self) -> Record:
        """Returns the entry that the request names, or refuses the request."""
        cluster = self.cluster_with_access_entries()
        entry = self.state.access_entries.get((cluster.name, self._get_param("principalArn")))
        if entry is None:
            not_found("The specified principalArn could not be found.")
        return entry

    def cluster_with_access_entries(self) -> EmulatedCluster:
        """Returns the cluster that the request names, or refuses if it has no access entries."""
        cluster = self.cluster()
        if not cluster.uses_access_entries:
            invalid_request(
                "The cluster's authentication mode must be set to one of [API, "
                "API_AND_CONFIG_MAP] to perform this operation."
            )
        return cluster

    def put_access_entry(self, cluster: str, principal: str, given: dict[str, Any]) -> Record:
        """Creates an entry, for a request or as EKS does itself."""
        kind = given.get("type") or STANDARD
        groups, username = _NODE_TYPES.get(kind, ([], _session_name(principal)))
        path = principal.split(":", 5)[5].split("/")
        entry = {
            "clusterName": cluster,
            "principalArn": principal,
            "kubernetesGroups": given.get("kubernetesGroups") or groups,
            "accessEntryArn": self.arn(
                "access-entry",
                cluster,
                path[0],
                self.current_account,
                path[-1],
                str(mock_random.uuid4()),
            ),
            "createdAt": utcnow(),
            "modifiedAt": utcnow(),
            "tags": given.get("tags") or {},
            "username": given.get("username") or username,
            "type": kind,
        }
        self.state.access_entries[cluster, principal] = entry
        return entry

    def admit_nodes(self, cluster: EmulatedCluster, role: str, ami_type: str) -> None:
        """Creates the entry that EKS makes for the role of a managed node group, if there is none.

        EKS leaves it behind when the node group is deleted, and refuses a second one for the role.
        """
        if cluster.uses_access_entries and (cluster.name, role) not in self.state.access_entries:
            kind = "EC2_WINDOWS" if ami_type.startswith("WINDOWS") else "EC2_LINUX"
            self.put_access_entry(cluster.name, role, {"type": kind})


def _check(params: dict[str, Any]) -> None:
    """Refuses what an entry of its type cannot have."""
    kind = params.get("type") or STANDARD
    groups = params.get("kubernetesGroups") or []
    if kind != STANDARD and kind not in _NODE_TYPES:
        invalid_parameter(f"The access entry type {kind} is not valid")
    if kind != STANDARD and (groups or params.get("username")):
        invalid_parameter(f"An access entry of type {kind} cannot have groups or a user name")
    for group in groups:
        if _RESERVED_GROUP.match(group):
            invalid_parameter(
                f"The kubernetes group name {group} is invalid, it cannot start with system:, "
                "eks:, aws:, amazon:, or iam:"
            )


def _session_name(principal: str) -> str:
    """The user name that EKS gives to the sessions of a principal."""
    if ":role/" not in principal:
        return principal
    account = principal.replace(":iam:", ":sts:").split(":role/")[0]
    return f"{account}:assumed-role/{principal.rsplit('/', 1)[-1]}/{{{{SessionName}}}}"
