"""Pod Identity associations: which role the pods of a service account get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.eks.base import (
    EksBase,
    given,
    in_use,
    invalid_parameter,
    invalid_request,
    not_found,
)
from tools.emulator.eks.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.emulator.eks.state import Record

_PRINCIPAL = "pods.eks.amazonaws.com"
_ACTIONS = {"sts:AssumeRole", "sts:TagSession"}
_SUMMARY = (
    "clusterName",
    "namespace",
    "serviceAccount",
    "associationArn",
    "associationId",
    "ownerArn",
)


class PodIdentity(EksBase):
    """The five association calls.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
    """

    def create_pod_identity_association(self) -> ActionResult:
        """Answers CreatePodIdentityAssociation; one per namespace and service account."""
        association = self.put_association(self._get_params())
        return ActionResult({"association": association})

    def describe_pod_identity_association(self) -> ActionResult:
        """Answers DescribePodIdentityAssociation."""
        return ActionResult({"association": self._association()})

    def list_pod_identity_associations(self) -> ActionResult:
        """Answers ListPodIdentityAssociations, all or those of a service account."""
        wanted = given(self._get_params(), "namespace", "serviceAccount")
        return self.page(
            "associations",
            [
                {name: record[name] for name in _SUMMARY if name in record}
                for record in self.of_cluster(self.state.associations).values()
                if wanted.items() <= record.items()
            ],
        )

    def update_pod_identity_association(self) -> ActionResult:
        """Answers UpdatePodIdentityAssociation."""
        params = self._get_params()
        association = self._own_association()
        if role := params.get("roleArn"):
            self._check_role(role)
        changed = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")
        association.update(given(params, *changed), modifiedAt=utcnow())
        return ActionResult({"association": association})

    def delete_pod_identity_association(self) -> ActionResult:
        """Answers DeletePodIdentityAssociation."""
        association = self._own_association()
        del self.state.associations[association["clusterName"], association["associationId"]]
        return ActionResult({"association": association})

    def put_association(self, params: dict[str, Any], owner: str | None = None) -> Record:
        """Creates an association.

        Returns:
            The association.

        Raises:
            AwsError: The service account has a role already, or the role cannot be used.
        """
        cluster = self.cluster().name
        place = {name: params[name] for name in ("namespace", "serviceAccount")}
        for record in self.of_cluster(self.state.associations).values():
            if place.items() <= record.items():
                in_use(f"Association already exists: {record['associationId']}")
        self._check_role(params["roleArn"])
        association_id = f"a-{mock_random.get_random_hex(17)}"
        record: Record = {
            **place,
            "clusterName": cluster,
            "roleArn": params["roleArn"],
            "associationId": association_id,
            "associationArn": self.arn("podidentityassociation", cluster, association_id),
            "tags": params.get("tags") or {},
            "createdAt": utcnow(),
            "modifiedAt": utcnow(),
            "disableSessionTags": bool(params.get("disableSessionTags")),
            **given(params, "targetRoleArn", "policy"),
        }
        if params.get("targetRoleArn"):
            record["externalId"] = (
                f"{self.region}/{self.current_account}/{cluster}/{association_id}"
            )
        if owner is not None:
            record["ownerArn"] = owner
        self.state.associations[cluster, association_id] = record
        return record

    def _association(self) -> Record:
        cluster, association_id = self.cluster().name, self._get_param("associationId")
        record = self.state.associations.get((cluster, association_id))
        if record is None:
            not_found(f"No association found for id: {association_id}")
        return record

    def _own_association(self) -> Record:
        """Returns the association that the request names, unless an add-on looks after it."""
        record = self._association()
        if owner := record.get("ownerArn"):
            invalid_request(f"The association is managed by {owner}")
        return record

    def _check_role(self, role: str) -> None:
        """Refuses a role that pods could not assume.

        Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
        """
        surroundings = Surroundings(self.current_account, self.region, self.partition)
        trust = surroundings.trust_policy(role)
        if trust is None:
            invalid_parameter("Role provided in the request does not exist.")
        allowed = {
            action
            for statement in _as_list(trust.get("Statement"))
            if statement.get("Effect") == "Allow" and _PRINCIPAL in _services(statement)
            for action in _as_list(statement.get("Action"))
        }
        if not allowed.issuperset(_ACTIONS):
            invalid_parameter("Trust policy of the role provided in the request is invalid.")


def _services(statement: dict[str, Any]) -> Iterator[str]:
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        yield from _as_list(principal.get("Service"))


def _as_list(value: Any) -> list[Any]:
    """A policy document may have one element in the place of a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
