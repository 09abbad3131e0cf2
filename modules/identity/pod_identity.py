"""The IAM role of a service account: role, policies and Pod Identity association."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Final

from cdktf import ITerraformDependable, TerraformResource
from cdktf_cdktf_provider_aws.eks_pod_identity_association import EksPodIdentityAssociation
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from config.derived import limits, names
from config.environment import Environment
from modules.identity.irsa import irsa_trust
from modules.identity.managed_policies import attach_managed_policies, attach_policies
from modules.identity.own_policies import attach_own_policies
from modules.identity.policy import Statement, policy_document
from modules.identity.roles import iam_role
from modules.identity.service_account import ClusterIdentity, ServiceAccount

__all__ = ["ClusterIdentity", "ServiceAccount", "ServiceAccountRole", "pod_identity_trust"]

POD_IDENTITY_SERVICE: Final = "pods.eks.amazonaws.com"
"""The same in every partition."""


class ServiceAccountRole:
    """The role of one service account (D3).

    Each role's trust policy names cluster, namespace and service account, so that no other pod can
    assume it, whatever association exists.

    Attributes:
        role: the role; None if others made it.
        association: the Pod Identity association; None with IRSA, where the caller sets the service
            account's annotation `eks.amazonaws.com/role-arn`.
        ready: what pods that use the role must depend on. A pod that starts before its association
            never gets credentials.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        environment: Environment,
        *,
        cluster: ClusterIdentity,
        service_account: ServiceAccount,
        name: str,
        given: str | None = None,
        managed_policies: Sequence[str] = (),
        policy_arns: Sequence[str] = (),
        policies: Mapping[str, Sequence[Statement]] = MappingProxyType({}),
        target_role_arn: str | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        """Makes role, policies, attachments and, with Pod Identity, the association.

        Args:
            id_: id of the role and prefix of the other ids.
            name: the role's name within the region; shortened with a hash where it is too long.
            given: ARN of the role, if others made it with its policies: then neither is made.
            managed_policies: names of AWS managed policies, with their path if they have one, for
                example `service-role/AmazonEBSCSIDriverPolicy`.
            policy_arns: ARNs of further policies, which exist.
            policies: statements by the suffix of the policy's name, for example `volumes` for the
                policy `<name>-volumes`.
            target_role_arn: a role that EKS assumes for the pods after this one; with Pod Identity
                only.
            depends_on: what must exist before the association.

        Raises:
            LimitError: a document or the number of policies exceeds what IAM allows.
            ValueError: a managed policy is given by its ARN.
        """
        self._given = given
        self.role = None
        attachments: list[IamRolePolicyAttachment] = []
        if given is None:
            self.role, attachments = self._make(
                scope,
                id_,
                environment,
                cluster,
                service_account,
                name,
                managed_policies,
                policy_arns,
                policies,
            )
        self.association = self._associate(
            scope, id_, cluster, service_account, target_role_arn, [*attachments, *depends_on]
        )
        own = (self.role, *attachments) if self.role else ()
        self.ready: tuple[TerraformResource, ...] = (self.association,) if self.association else own

    @cached_property
    def arn(self) -> str:
        """The role's ARN."""
        return self.role.arn if self.role else str(self._given)

    def _make(
        self,
        scope: Construct,
        id_: str,
        environment: Environment,
        cluster: ClusterIdentity,
        service_account: ServiceAccount,
        name: str,
        managed_policies: Sequence[str],
        policy_arns: Sequence[str],
        policies: Mapping[str, Sequence[Statement]],
    ) -> tuple[IamRole, list[IamRolePolicyAttachment]]:
        role_name = names.role(environment, name)
        count = len(managed_policies) + len(policy_arns) + len(policies)
        limits.checked_policies_per_role(role_name, count)
        role = iam_role(
            scope,
            id_,
            environment,
            name=role_name,
            description=(
                f"{service_account.namespace}/{service_account.name} in cluster {cluster.name}"
            ),
            trust=limits.checked_policy(
                f"trust policy of {role_name}",
                _trust(environment, cluster, service_account),
                limits.TRUST_POLICY_LENGTH,
            ),
        )
        prefix = names.account_wide(environment, name)
        return role, [
            *attach_managed_policies(scope, id_, environment, role, managed_policies),
            *attach_policies(scope, id_, role, policy_arns),
            *attach_own_policies(scope, id_, environment, role, prefix=prefix, policies=policies),
        ]

    def _associate(
        self,
        scope: Construct,
        id_: str,
        cluster: ClusterIdentity,
        service_account: ServiceAccount,
        target_role_arn: str | None,
        depends_on: Sequence[ITerraformDependable],
    ) -> EksPodIdentityAssociation | None:
        if cluster.mode == "irsa":
            return None
        return EksPodIdentityAssociation(
            scope,
            f"{id_}_association",
            cluster_name=cluster.cluster_name_token,
            namespace=service_account.namespace,
            service_account=service_account.name,
            role_arn=self.arn,
            target_role_arn=target_role_arn,
            # The association must not give pods a role without its permissions.
            depends_on=list(depends_on),
        )


def pod_identity_trust(
    environment: Environment, cluster: ClusterIdentity, service_account: ServiceAccount
) -> str:
    """The trust policy of a role for one service account of one cluster.

    EKS tags the session with namespace and service account, which needs `sts:TagSession`, and the
    trust policy compares the tags. So it is as strict as the subject of IRSA. An association with
    `disable_session_tags` is refused.

    Sources: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html,
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html and, for the source of the
    request, https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
    """
    return policy_document(
        Statement(
            "PodIdentity",
            ["sts:AssumeRole", "sts:TagSession"],
            principals={"Service": [POD_IDENTITY_SERVICE]},
            conditions={
                "StringEquals": {
                    "aws:SourceAccount": environment.account,
                    "aws:RequestTag/kubernetes-namespace": service_account.namespace,
                    "aws:RequestTag/kubernetes-service-account": service_account.name,
                },
                "ArnEquals": {"aws:SourceArn": cluster.arn(environment)},
            },
        )
    )


def _trust(
    environment: Environment, cluster: ClusterIdentity, service_account: ServiceAccount
) -> str:
    if cluster.oidc is None:
        return pod_identity_trust(environment, cluster, service_account)
    provider_arn, issuer = cluster.oidc
    return irsa_trust(provider_arn, issuer, service_account)
