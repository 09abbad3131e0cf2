"""Access policies: what an access entry may do, as AWS defines it."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

from tools.emulator.eks.access_entries import AUTO_MODE, STANDARD, AccessEntries
from tools.emulator.eks.base import invalid_parameter, invalid_request, not_found

# https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
_POLICIES = (
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
)


class AccessPolicies(AccessEntries):
    """Associating policies with access entries.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html
    """

    def list_access_policies(self) -> ActionResult:
        """Answers ListAccessPolicies."""
        prefix = self._prefix()
        return self.page(
            "accessPolicies", [{"name": name, "arn": f"{prefix}{name}"} for name in _POLICIES]
        )

    def associate_access_policy(self) -> ActionResult:
        """Answers AssociateAccessPolicy; associating again changes the scope."""
        entry = self.access_entry()
        policy, scope = self._get_param("policyArn"), self._get_param("accessScope")
        if entry["type"] not in {STANDARD, AUTO_MODE}:
            invalid_request(
                f"Access policies cannot be associated with an entry of type {entry['type']}"
            )
        if policy not in {f"{self._prefix()}{name}" for name in _POLICIES}:
            invalid_parameter("The policyArn parameter format is not valid")
        if (scope["type"] == "namespace") != bool(scope.get("namespaces")):
            invalid_parameter(
                "Namespaces belong to the access scope type namespace, and only to it"
            )
        key = (entry["clusterName"], entry["principalArn"])
        policies = self.state.access_policies.setdefault(key, {})
        associated_at = policies.get(policy, {}).get("associatedAt", utcnow())
        policies[policy] = {
            "policyArn": policy,
            "accessScope": scope,
            "associatedAt": associated_at,
            "modifiedAt": utcnow(),
        }
        return self._answer("associatedAccessPolicy", policies[policy])

    def disassociate_access_policy(self) -> EmptyResult:
        """Answers DisassociateAccessPolicy."""
        entry = self.access_entry()
        key = (entry["clusterName"], entry["principalArn"])
        policies = self.state.access_policies.get(key, {})
        if policies.pop(self._get_param("policyArn"), None) is None:
            not_found("The specified policyArn is not associated with the access entry.")
        return EmptyResult()

    def list_associated_access_policies(self) -> ActionResult:
        """Answers ListAssociatedAccessPolicies."""
        entry = self.access_entry()
        key = (entry["clusterName"], entry["principalArn"])
        policies = self.state.access_policies.get(key, {})
        return self._answer("associatedAccessPolicies", list(policies.values()))

    def _answer(self, name: str, value: object) -> ActionResult:
        entry = self.access_entry()
        named = {"clusterName": entry["clusterName"], "principalArn": entry["principalArn"]}
        return ActionResult({**named, name: value})

    def _prefix(self) -> str:
        return f"arn:{self.partition}:eks::aws:cluster-access-policy/"
