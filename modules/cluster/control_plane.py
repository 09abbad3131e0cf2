"""The EKS control plane: cluster, role, encryption key and log group."""

from typing import Final

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.eks_cluster import (
    EksCluster,
    EksClusterAccessConfig,
    EksClusterEncryptionConfig,
    EksClusterEncryptionConfigProvider,
    EksClusterKubernetesNetworkConfig,
    EksClusterUpgradePolicy,
    EksClusterVpcConfig,
    EksClusterZonalShiftConfig,
)
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.cluster import auto_mode
from modules.cluster.security_group_rules import ANYWHERE
from modules.identity.managed_policies import attach_managed_policies
from modules.identity.own_policies import attach_own_policies
from modules.identity.policy import service_trust
from modules.identity.roles import iam_role
from modules.logs.encrypted_log_group import EncryptedLogGroup
from modules.network.remote import RemoteNetwork

LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""All log types of EKS. CIS Amazon EKS Benchmark 2.1.1."""

CLUSTER_POLICIES: Final = ("AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController")
"""The second is for security groups for pods.
https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html"""


class ControlPlane:
    """The EKS cluster with private endpoint, encrypted secrets and logs (C1, C2, D4).

    Attributes:
        cluster: the cluster.
        key: the KMS key of Kubernetes Secrets and logs.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        network: RemoteNetwork,
        security_group_id: str,
    ) -> None:
        settings, name = environment.cluster, environment.cluster_name
        logs = EncryptedLogGroup(
            scope,
            environment,
            key_id="cluster_key",
            group_id="cluster_log_group",
            name=names.control_plane_log_group(name),
            alias=f"alias/{name}-cluster",
            description=f"Kubernetes secrets and control-plane logs of {name}",
            retention_days=settings.log_retention_days,
            prevent_destroy=bool(settings.deletion_protection),
        )
        self.key = logs.key
        role_arn, attachments = environment.identity.roles.cluster, []
        if role_arn is None:
            role_arn, attachments = _role(scope, environment, network.volume_key_arn)
        self.cluster = EksCluster(
            scope,
            "cluster",
            name=name,
            version=settings.version,
            role_arn=role_arn,
            vpc_config=EksClusterVpcConfig(
                subnet_ids=list(network.control_plane_subnet_ids.values()),
                security_group_ids=[security_group_id],
                endpoint_private_access=True,
                endpoint_public_access=settings.endpoint.public,
                public_access_cidrs=_public_access(environment),
            ),
            kubernetes_network_config=EksClusterKubernetesNetworkConfig(
                # By default EKS chooses one of two blocks, depending on the VPC's CIDR.
                service_ipv4_cidr=str(settings.service_cidr),
                ip_family="ipv4",
                elastic_load_balancing=auto_mode.elastic_load_balancing(environment),
            ),
            compute_config=auto_mode.compute_config(environment),
            storage_config=auto_mode.storage_config(environment),
            access_config=EksClusterAccessConfig(
                authentication_mode="API",
                # Otherwise the principal of the first apply would stay an administrator.
                bootstrap_cluster_creator_admin_permissions=False,
            ),
            # Otherwise EKS would install self-managed add-ons.
            bootstrap_self_managed_addons=False,
            enabled_cluster_log_types=list(LOG_TYPES),
            encryption_config=EksClusterEncryptionConfig(
                resources=["secrets"],
                provider=EksClusterEncryptionConfigProvider(key_arn=self.key.arn),
            ),
            upgrade_policy=EksClusterUpgradePolicy(support_type=settings.upgrade_policy.upper()),
            zonal_shift_config=EksClusterZonalShiftConfig(enabled=settings.zonal_shift),
            force_update_version=settings.upgrade.force_update_version or None,
            deletion_protection=settings.deletion_protection,
            lifecycle=TerraformResourceLifecycle(
                # EKS refuses only after Terraform has destroyed nodes, add-ons and access.
                prevent_destroy=settings.deletion_protection or None,
                # They apply at creation only and EKS does not return them: after an import the
                # provider would assume its defaults and replace the cluster.
                ignore_changes=[
                    "access_config[0].bootstrap_cluster_creator_admin_permissions",
                    "bootstrap_self_managed_addons",
                ],
            ),
            # Without the log group EKS makes an unencrypted one without expiration. And EKS needs
            # its permissions until the cluster is deleted.
            depends_on=[logs.group, *attachments],
        )


def _role(
    scope: Construct, environment: Environment, volume_key: str | None
) -> tuple[str, list[IamRolePolicyAttachment]]:
    """Makes the role; its ARN, and the attachments of its policies."""
    with_auto_mode = auto_mode.has_cluster_policies(environment)
    policies = CLUSTER_POLICIES
    if with_auto_mode:
        policies = (*policies, *auto_mode.CLUSTER_POLICIES)
    role = iam_role(
        scope,
        "cluster_role",
        environment,
        name=names.role(environment, f"{environment.cluster_name}-cluster"),
        description=f"Control plane of EKS cluster {environment.cluster_name}",
        trust=_trust(environment),
    )
    attachments = attach_managed_policies(scope, "cluster_role", environment, role, policies)
    if with_auto_mode:
        statements = auto_mode.cluster_statements(environment, volume_key)
        attachments += attach_own_policies(
            scope,
            "cluster_role",
            environment,
            role,
            prefix=names.account_wide(environment, f"{environment.cluster_name}-cluster"),
            policies=statements,
        )
    return role.arn, attachments


def _trust(environment: Environment) -> str:
    """Trusts EKS for this cluster only; in Auto Mode its sessions have tags.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/cross-service-confused-deputy-prevention.html
    """
    partition, region, account = environment.partition, environment.region, environment.account
    cluster = f"arn:{partition}:eks:{region}:{account}:cluster/{environment.cluster_name}"
    return service_trust(
        "eks.amazonaws.com",
        {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": cluster},
        },
        tag_session=auto_mode.has_cluster_policies(environment),
    )


def _public_access(environment: Environment) -> list[str] | None:
    endpoint = environment.cluster.endpoint
    if not endpoint.public:
        return None
    return [str(cidr) for cidr in endpoint.public_access_cidrs] or [ANYWHERE]
