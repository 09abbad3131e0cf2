"""The EKS add-ons of a cluster, made from the catalog in addon_catalog.py."""

import json
from collections.abc import Sequence
from typing import Final, Literal

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.eks_addon import EksAddon
from constructs import Construct

from config import versions
from config.derived.node_version import node_minor
from config.environment import Environment
from modules.cluster.addon_catalog import EKS_ADDONS, AddonSpec
from modules.escaping import escape_templates
from modules.identity.pod_identity import ClusterIdentity, ServiceAccount, ServiceAccountRole
from modules.identity.volume_key import volume_key_use
from modules.merge import merged

NAMESPACE: Final = "kube-system"


class Addons:
    """EKS add-ons at pinned versions, in two stages around the nodes (C3 to C5, H1, H2).

    A node becomes ready when the VPC CNI runs on it, and the CNI gets its permissions from an
    association that must exist before its pods. So the nodes depend on these add-ons, and add-ons
    with pods depend on the nodes.

    Attributes:
        made: the add-ons made so far, by name.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        identity: ClusterIdentity,
        volume_key: str | None = None,
    ) -> None:
        """Prepares; `make` makes them.

        Args:
            volume_key: ARN of the key of EBS volumes; None for the account's default key.
        """
        self._scope, self._environment, self._identity = scope, environment, identity
        claims = (environment.platform.storage_classes.kms_key, volume_key)
        self._volume_keys = volume_key_use(environment, claims)
        self.made: dict[str, EksAddon] = {}

    def make(
        self,
        stage: Literal["before_nodes", "after_nodes"],
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> list[EksAddon]:
        """Makes the add-ons of a stage.

        Returns:
            The add-ons that were made.
        """
        cluster = self._environment.cluster
        stage_addons = {
            spec.name: self._make(spec, depends_on)
            for spec in EKS_ADDONS
            if spec.stage == stage and spec.installed(cluster)
        }
        return list(stage_addons.values())

    def _make(self, spec: AddonSpec, depends_on: Sequence[ITerraformDependable]) -> EksAddon:
        id_ = addon_id(spec.name)
        settings = self._environment.cluster.addon(spec.name)
        required = [self.made[name] for name in spec.requires if name in self.made]
        role = self._role(spec, id_) if spec.service_account else None
        values = merged(spec.values(self._environment), settings.values)
        addon = EksAddon(
            self._scope,
            id_,
            cluster_name=self._identity.cluster_name_token,
            addon_name=spec.name,
            addon_version=settings.version
            or versions.addon(spec.name, node_minor(self._environment)),
            configuration_values=(
                escape_templates(json.dumps(values, sort_keys=True)) if values else None
            ),
            # With Pod Identity the association sets the role.
            service_account_role_arn=role.arn if role and role.association is None else None,
            # The configuration here wins, and a destroy leaves nothing behind.
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            preserve=False,
            depends_on=[*depends_on, *required, *(role.ready if role else ())],
        )
        self.made[spec.name] = addon
        return addon

    def _role(self, spec: AddonSpec, id_: str) -> ServiceAccountRole:
        keys = self._volume_keys if spec.volume_keys else []
        return ServiceAccountRole(
            self._scope,
            f"{id_}_role",
            self._environment,
            cluster=self._identity,
            service_account=ServiceAccount(NAMESPACE, spec.service_account),
            name=f"{self._identity.name}-{spec.name}",
            given=self._environment.identity.roles.addons.get(spec.name),
            managed_policies=[spec.managed_policy],
            policies={"volume-keys": keys} if keys else {},
        )


def addon_id(name: str) -> str:
    """The id of an add-on's resource."""
    return name.replace("-", "_")
