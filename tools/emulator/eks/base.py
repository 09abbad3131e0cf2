"""What every part of the emulated EKS uses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

from tools.emulator.eks.constraints import violations
from tools.emulator.eks.state import EksState, Record
from tools.emulator.gaps.moto_hooks import AwsError, attached

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.emulator.eks.clusters import EmulatedCluster

_PAGE_SIZE = 100


class EksBase(EKSResponse):
    """moto's EKS with parameters parsed by the service model, and the state of this package."""

    def __init__(self) -> None:
        super().__init__()
        # Names, lists and numbers then come from body, path and query alike, as the model has them.
        self.automated_parameter_parsing = True

    def _get_params(self) -> dict[str, Any]:
        """Returns the request's parameters, of which each is as long as the service allows."""
        params: dict[str, Any] = super()._get_params()
        wrong = list(violations(self._get_action(), params))
        if wrong:
            invalid_parameter(f"{len(wrong)} validation errors detected: {'; '.join(wrong)}")
        return params

    @property
    def state(self) -> EksState:
        """The records of this account and region."""
        return attached(self.eks_backend, EksState)

    def cluster(self) -> EmulatedCluster:
        """Returns the cluster that the request names.

        Raises:
            AwsError: There is no such cluster.
        """
        name = self._get_param("clusterName") or self._get_param("name")
        cluster: Any = self.eks_backend.clusters.get(name)
        if cluster is None:
            not_found(f"No cluster found for name: {name}.")
        return cluster

    def arn(self, kind: str, *parts: str) -> str:
        """Builds the ARN of an EKS resource."""
        prefix = f"arn:{self.partition}:eks:{self.region}:{self.current_account}"
        return f"{prefix}:{kind}/" + "/".join(parts)

    def updated(self, kind: str, params: Iterable[tuple[str, Any]], **owner: str) -> ActionResult:
        """Records a finished update and answers with it.

        Returns:
            The answer of the update call.
        """
        update: Record = {
            "id": str(mock_random.uuid4()),
            "status": "Successful",
            "type": kind,
            "createdAt": utcnow(),
            "errors": [],
            "params": [
                {"type": name, "value": value if isinstance(value, str) else json.dumps(value)}
                for name, value in params
                if value is not None
            ],
        }
        self.state.updates[self.cluster().name, update["id"]] = update | {"owner": owner}
        return ActionResult({"update": update})

    def page(self, key: str, items: list[Any]) -> ActionResult:
        """Answers one page of a list, as ``maxResults`` and ``nextToken`` of the request ask."""
        size = self._get_int_param("maxResults") or _PAGE_SIZE
        start = int(self._get_param("nextToken") or 0)
        end = start + size
        token = str(end) if end < len(items) else None
        return ActionResult({key: items[start:end], "nextToken": token})

    def of_cluster(self, records: dict[tuple[str, str], Any]) -> dict[str, Any]:
        """Returns the records of the cluster that the request names, sorted by their own key."""
        name = self.cluster().name
        return {key: records[owner, key] for owner, key in sorted(records) if owner == name}


def given(params: dict[str, Any], *names: str) -> Record:
    """Picks those of the named parameters that the request has."""
    return {name: params[name] for name in names if params.get(name) is not None}


def not_found(message: str) -> NoReturn:
    """Refuses a request because a resource is not there."""
    raise AwsError("ResourceNotFoundException", message)


def in_use(message: str) -> NoReturn:
    """Refuses a request because a resource already exists, or is still in use."""
    raise AwsError("ResourceInUseException", message)


def invalid_parameter(message: str) -> NoReturn:
    """Refuses a request because of one of its parameters."""
    raise AwsError("InvalidParameterException", message)


def invalid_request(message: str) -> NoReturn:
    """Refuses a request because of the state that the resource is in."""
    raise AwsError("InvalidRequestException", message)
