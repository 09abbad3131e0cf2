"""Add-ons of a cluster: CreateAddon and what follows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.eks import addon_versions
from tools.emulator.eks.base import given, in_use, invalid_parameter, not_found
from tools.emulator.eks.pod_identity import PodIdentity
from tools.emulator.eks.readiness import addon_issues

if TYPE_CHECKING:
    from tools.emulator.eks.clusters import EmulatedCluster
    from tools.emulator.eks.state import Record

_SETTINGS = ("addonVersion", "serviceAccountRoleArn", "configurationValues")


class Addons(PodIdentity):
    """The five add-on calls.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
    """

    def create_addon(self) -> ActionResult:
        """Answers CreateAddon."""
        params = self._get_params()
        cluster, name = self.cluster(), params["addonName"]
        if (cluster.name, name) in self.state.addons:
            in_use("Addon already exists.")
        if not addon_versions.is_known(name):
            invalid_parameter(
                f"Addon {name} specified is not supported in {cluster.version} kubernetes version"
            )
        version = params.get("addonVersion") or _default_version(name, cluster.version)
        self._check_addon(cluster, params | {"addonVersion": version})
        namespace = (params.get("namespaceConfig") or {}).get("namespace")
        addon: Record = {
            "addonName": name,
            "clusterName": cluster.name,
            "addonVersion": version,
            "addonArn": self.arn("addon", cluster.name, name, str(mock_random.uuid4())),
            "createdAt": utcnow(),
            "modifiedAt": utcnow(),
            "tags": params.get("tags") or {},
            "namespaceConfig": {"namespace": namespace or _namespace(name)},
            **given(params, "serviceAccountRoleArn", "configurationValues"),
        }
        addon["podIdentityAssociations"] = self._associate(addon, params)
        self.state.addons[cluster.name, name] = addon
        return ActionResult({"addon": self._with_status(cluster, addon)})

    def describe_addon(self) -> ActionResult:
        """Answers DescribeAddon."""
        return ActionResult({"addon": self._with_status(self.cluster(), self._addon())})

    def list_addons(self) -> ActionResult:
        """Answers ListAddons."""
        return self.page("addons", list(self.of_cluster(self.state.addons)))

    def update_addon(self) -> ActionResult:
        """Answers UpdateAddon; settings that the request leaves out stay."""
        params = self._get_params()
        addon = self._addon()
        self._check_addon(self.cluster(), {"addonVersion": addon["addonVersion"], **params}, addon)
        if params.get("podIdentityAssociations") is not None:
            self._dissociate(addon)
            addon["podIdentityAssociations"] = self._associate(addon, params)
        addon.update(given(params, *_SETTINGS), modifiedAt=utcnow())
        told = [
            (name[0].upper() + name[1:], params.get(name))
            for name in (*_SETTINGS, "resolveConflicts", "podIdentityAssociations")
        ]
        return self.updated("AddonUpdate", told, addonName=addon["addonName"])

    def delete_addon(self) -> ActionResult:
        """Answers DeleteAddon, which takes the add-on's associations as well."""
        addon = self._addon()
        self._dissociate(addon)
        del self.state.addons[addon["clusterName"], addon["addonName"]]
        return ActionResult({"addon": {**addon, "status": "DELETING"}})

    def _addon(self) -> Record:
        cluster, name = self.cluster().name, self._get_param("addonName")
        addon = self.state.addons.get((cluster, name))
        if addon is None:
            not_found(f"No addon: {name} found in cluster: {cluster}")
        return addon

    def _with_status(self, cluster: EmulatedCluster, addon: Record) -> Record:
        issues = addon_issues(addon["addonName"], cluster, self.state)
        status = "DEGRADED" if issues else "ACTIVE"
        return {**addon, "status": status, "health": {"issues": issues}}

    def _check_addon(
        self, cluster: EmulatedCluster, params: dict[str, Any], current: Record | None = None
    ) -> None:
        name, version = params["addonName"], params["addonVersion"]
        unchanged = current is not None and current["addonVersion"] == version
        if not unchanged and not addon_versions.is_supported(name, version, cluster.version):
            invalid_parameter(
                f"Addon version specified is not supported: {name} {version} on Kubernetes "
                f"{cluster.version}"
            )
        values = params.get("configurationValues")
        if values and not _is_json_object(values):
            invalid_parameter("ConfigurationValue provided in request is not a JSON object")
        if params.get("serviceAccountRoleArn") and params.get("podIdentityAssociations"):
            invalid_parameter("Use either a service account role or Pod Identity associations")

    def _associate(self, addon: Record, params: dict[str, Any]) -> list[str]:
        """Creates the associations of a request; the add-on owns them."""
        namespace = addon["namespaceConfig"]["namespace"]
        return [
            self.put_association({**wanted, "namespace": namespace}, addon["addonArn"])[
                "associationArn"
            ]
            for wanted in params.get("podIdentityAssociations") or []
        ]

    def _dissociate(self, addon: Record) -> None:
        owned = self.of_cluster(self.state.associations).items()
        for association_id, record in list(owned):
            if record.get("ownerArn") == addon["addonArn"]:
                del self.state.associations[addon["clusterName"], association_id]


def _default_version(name: str, kubernetes: str) -> str:
    version = addon_versions.default_version(name, kubernetes)
    if version is None:
        invalid_parameter(f"The emulator knows no default version of {name}: give one")
    return version


def _namespace(name: str) -> str:
    return addon_versions.NAMESPACES.get(name, "kube-system")


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
