"""Outputs of the cluster stack."""

from cdktf_cdktf_provider_aws.eks_cluster import EksCluster
from constructs import Construct

from config.environment import Environment
from modules.cluster.efs import SharedFileSystem
from modules.cluster.security_groups import SecurityGroups
from modules.identity.pod_identity import ClusterIdentity
from modules.identity.volume_key import OUTPUT
from modules.karpenter.karpenter import Karpenter
from modules.network.remote import RemoteNetwork
from modules.outputs import Output, add_outputs


def cluster_outputs(
    scope: Construct,
    environment: Environment,
    *,
    network: RemoteNetwork,
    cluster: EksCluster,
    identity: ClusterIdentity,
    groups: SecurityGroups,
    node_role_name: str,
    efs: SharedFileSystem | None,
    karpenter: Karpenter | None,
) -> None:
    """Makes the outputs. Their names are a contract with the platform stack."""
    outputs = {
        "cluster_name": Output(cluster.name, "The cluster"),
        "cluster_arn": Output(cluster.arn, "ARN of the cluster"),
        "cluster_endpoint": Output(cluster.endpoint, "Address of the Kubernetes API"),
        "cluster_certificate_authority": Output(
            cluster.certificate_authority.get(0).data, "CA of the Kubernetes API, base64"
        ),
        "cluster_version": Output(cluster.version, "Kubernetes version"),
        "service_cidr": Output(
            str(environment.cluster.service_cidr), "Addresses of Kubernetes Services"
        ),
        "vpc_id": Output(network.vpc_id, "The VPC that the cluster is in"),
        "identity_mode": Output(identity.mode, "How pods get AWS permissions"),
        "node_role_name": Output(node_role_name, "Role of the managed nodes"),
        **{
            f"{group}_security_group_id": Output(id_, f"Security group: {group.replace('_', ' ')}")
            for group, id_ in groups.ids.items()
        },
    }
    if identity.oidc is not None:
        provider, issuer = identity.oidc
        outputs["oidc_provider_arn"] = Output(provider, "IAM OIDC provider of the cluster")
        outputs["oidc_issuer"] = Output(issuer, "Its issuer, without https://")
    if environment.cluster.volume_key.created:
        outputs[OUTPUT] = Output(network.volume_key_arn, "Key of EBS volumes")
    if efs is not None:
        outputs["efs_file_system_id"] = Output(efs.id, "The shared file system")
    if karpenter is not None:
        outputs["karpenter_node_role_name"] = Output(
            karpenter.node_role_name, "Role of the nodes that Karpenter launches"
        )
        outputs["karpenter_queue_name"] = Output(
            karpenter.queue_name, "Queue of the interruptions that Karpenter reads"
        )
    add_outputs(scope, outputs)
