"""EKS Capabilities of the cluster: Argo CD, ACK and kro (L10).

They run in an account of AWS. EKS makes an access entry for the role of each, without permissions,
so that only its policy is made here. The kinds of a capability come some time after it is active:
objects of these kinds belong to the platform stack.

Source: https://docs.aws.amazon.com/eks/latest/userguide/capabilities.html
"""

from collections.abc import Sequence
from typing import Final

from cdktf_cdktf_provider_aws.eks_access_policy_association import (
    EksAccessPolicyAssociation,
    EksAccessPolicyAssociationAccessScope,
)
from cdktf_cdktf_provider_aws.eks_capability import (
    EksCapability,
    EksCapabilityConfiguration,
    EksCapabilityConfigurationArgoCd,
    EksCapabilityConfigurationArgoCdAwsIdc,
    EksCapabilityConfigurationArgoCdNetworkAccess,
    EksCapabilityConfigurationArgoCdRbacRoleMapping,
    EksCapabilityConfigurationArgoCdRbacRoleMappingIdentity,
)
from cdktf_cdktf_provider_aws.eks_cluster import EksCluster
from constructs import Construct

from config.derived import names
from config.environment import Environment
from config.sections.cluster_capabilities import ArgoCdCapability, Identities
from modules.cluster.access_entries import policy_arn

TYPES: Final = {"argo_cd": "ARGOCD", "ack": "ACK", "kro": "KRO"}

Mapping = EksCapabilityConfigurationArgoCdRbacRoleMapping
Identity = EksCapabilityConfigurationArgoCdRbacRoleMappingIdentity


def capabilities(scope: Construct, environment: Environment, cluster: EksCluster) -> None:
    """Makes the capabilities, and what they may do in the cluster."""
    settings = environment.cluster.capabilities
    access = {
        "argo_cd": settings.argo_cd.access,
        "ack": settings.ack.access,
        "kro": settings.kro.access,
    }
    for key in settings.enabled:
        role = names.capability_role_arn(environment, key)
        capability = EksCapability(
            scope,
            f"capability_{key}",
            cluster_name=cluster.name,
            capability_name=key.replace("_", "-"),
            type=TYPES[key],
            role_arn=role,
            # EKS knows no other value: objects stay in the cluster, and what ACK made in AWS.
            delete_propagation_policy="RETAIN",
            configuration=_configuration(environment) if key == "argo_cd" else None,
        )
        policy = access[key]
        if policy is not None:
            EksAccessPolicyAssociation(
                scope,
                f"capability_{key}_{policy}",
                cluster_name=cluster.name,
                principal_arn=role,
                policy_arn=policy_arn(environment, policy),
                access_scope=EksAccessPolicyAssociationAccessScope(type="cluster"),
                depends_on=[capability],
            )


def _configuration(environment: Environment) -> Sequence[EksCapabilityConfiguration]:
    settings = environment.cluster.capabilities.argo_cd
    center = settings.identity_center
    access = [EksCapabilityConfigurationArgoCdNetworkAccess(vpce_ids=list(settings.vpc_endpoints))]
    return [
        EksCapabilityConfiguration(
            argo_cd=[
                EksCapabilityConfigurationArgoCd(
                    aws_idc=[
                        EksCapabilityConfigurationArgoCdAwsIdc(
                            idc_instance_arn=center.instance_arn or "",
                            idc_region=center.region or environment.region,
                        )
                    ],
                    namespace=settings.namespace,
                    network_access=access if settings.vpc_endpoints else None,
                    rbac_role_mapping=_mappings(settings) or None,
                )
            ]
        )
    ]


def _mappings(settings: ArgoCdCapability) -> list[Mapping]:
    roles = {"ADMIN": settings.admins, "EDITOR": settings.editors, "VIEWER": settings.viewers}
    return [
        Mapping(role=role, identity=found)
        for role, identities in roles.items()
        if (found := _identities(identities))
    ]


def _identities(identities: Identities) -> list[Identity]:
    return [
        *(Identity(id=each, type="SSO_GROUP") for each in identities.groups),
        *(Identity(id=each, type="SSO_USER") for each in identities.users),
    ]
