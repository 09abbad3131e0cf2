"""The role of a service account (D3): trust policy, permissions, dependencies."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cdktf import Fn, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_eks_cluster import DataAwsEksCluster
from cdktf_cdktf_provider_aws.eks_addon import EksAddon

from config.derived.limits import LimitError
from modules.identity.pod_identity import ClusterIdentity, ServiceAccount, ServiceAccountRole
from modules.identity.policy import Statement
from support.environments import environment
from support.one_module import Resources, addresses, resources_of

CLUSTER = ClusterIdentity("prod", "${aws_eks_cluster.cluster.name}", "pod_identity")
IRSA = ClusterIdentity(
    "prod",
    "${aws_eks_cluster.cluster.name}",
    "irsa",
    "${aws_iam_openid_connect_provider.cluster.arn}",
    "oidc.eks.eu-west-1.amazonaws.com/id/ABC",
)
READ = Statement("Read", ["s3:GetObject"], ["arn:aws:s3:::bucket/*"])


def role(
    cluster: ClusterIdentity = CLUSTER,
    name: str = "prod-ebs-csi",
    managed: Sequence[str] = (),
    policies: dict[str, Sequence[Statement]] | None = None,
    region: str = "eu-west-1",
) -> Resources:
    return resources_of(
        lambda stack: ServiceAccountRole(
            stack,
            "ebs_csi",
            environment(region=region),
            cluster=cluster,
            service_account=ServiceAccount("kube-system", "ebs-csi-controller-sa"),
            name=name,
            managed_policies=managed,
            policies=policies or {},
        )
    )


def trust(resources: Resources) -> dict[str, Any]:
    document = json.loads(resources["aws_iam_role"]["ebs_csi"]["assume_role_policy"])
    [statement] = document["Statement"]
    return statement


def test_pod_identity_trusts_eks_for_one_service_account_of_one_cluster() -> None:
    assert trust(role()) == {
        "Sid": "PodIdentity",
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:SourceAccount": "123456789012",
                "aws:RequestTag/kubernetes-namespace": "kube-system",
                "aws:RequestTag/kubernetes-service-account": "ebs-csi-controller-sa",
            },
            "ArnEquals": {"aws:SourceArn": "arn:aws:eks:eu-west-1:123456789012:cluster/prod"},
        },
    }


def test_irsa_trusts_the_clusters_provider_with_audience_and_subject_pinned() -> None:
    assert trust(role(IRSA)) == {
        "Sid": "ServiceAccount",
        "Effect": "Allow",
        "Principal": {"Federated": "${aws_iam_openid_connect_provider.cluster.arn}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud": "sts.amazonaws.com",
                "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub": (
                    "system:serviceaccount:kube-system:ebs-csi-controller-sa"
                ),
            }
        },
    }


def test_an_issuer_known_only_at_apply_is_a_reference_in_the_condition_keys() -> None:
    def build(stack: TerraformStack) -> None:
        issuer = DataAwsEksCluster(stack, "cluster", name="prod").identity.get(0).oidc.get(0).issuer
        ServiceAccountRole(
            stack,
            "ebs_csi",
            environment(),
            cluster=replace(IRSA, oidc_issuer=Fn.replace(issuer, "https://", "")),
            service_account=ServiceAccount("kube-system", "ebs-csi-controller-sa"),
            name="prod-ebs-csi",
        )

    document = resources_of(build)["aws_iam_role"]["ebs_csi"]["assume_role_policy"]
    reference = "data.aws_eks_cluster.cluster.identity[0].oidc[0].issuer"
    host = f'${{replace({reference}, "https://", "")}}'
    assert f'"{host}:aud":"sts.amazonaws.com"' in document
    assert f'"{host}:sub":"system:serviceaccount:' in document


@pytest.mark.parametrize("cluster", [CLUSTER, IRSA], ids=lambda cluster: cluster.mode)
def test_a_trust_policy_names_exactly_one_principal(cluster: ClusterIdentity) -> None:
    [(kind, who)] = trust(role(cluster))["Principal"].items()
    assert kind == ("Service" if cluster is CLUSTER else "Federated")
    assert isinstance(who, str)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_managed_policies_and_source_are_of_the_regions_partition(
    region: str, partition: str
) -> None:
    resources = role(managed=["service-role/AmazonEBSCSIDriverPolicy"], region=region)
    attachment = resources["aws_iam_role_policy_attachment"]["ebs_csi_amazon_ebscsi_driver_policy"]
    assert attachment == {
        "role": "${aws_iam_role.ebs_csi.name}",
        "policy_arn": (f"arn:{partition}:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"),
    }
    source = trust(resources)["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert source == f"arn:{partition}:eks:{region}:123456789012:cluster/prod"


def test_the_association_depends_on_the_attached_permissions() -> None:
    resources = role(managed=["AmazonEKS_CNI_Policy"], policies={"volumes": [READ]})
    assert resources["aws_eks_pod_identity_association"]["ebs_csi_association"] == {
        "cluster_name": "${aws_eks_cluster.cluster.name}",
        "namespace": "kube-system",
        "service_account": "ebs-csi-controller-sa",
        "role_arn": "${aws_iam_role.ebs_csi.arn}",
        "depends_on": [
            "aws_iam_role_policy_attachment.ebs_csi_amazon_eks_cni_policy",
            "aws_iam_role_policy_attachment.ebs_csi_volumes_attachment",
        ],
    }


def test_irsa_makes_no_association() -> None:
    assert addresses(role(IRSA, policies={"volumes": [READ]})) == {
        "aws_iam_role.ebs_csi",
        "aws_iam_policy.ebs_csi_volumes",
        "aws_iam_role_policy_attachment.ebs_csi_volumes_attachment",
    }


@pytest.mark.parametrize(
    ("cluster", "awaited"),
    [
        (CLUSTER, ["aws_eks_pod_identity_association.ebs_csi_association"]),
        (
            IRSA,
            [
                "aws_iam_role.ebs_csi",
                "aws_iam_role_policy_attachment.ebs_csi_volumes_attachment",
            ],
        ),
    ],
    ids=["pod_identity", "irsa"],
)
def test_users_of_the_role_can_depend_on_it(cluster: ClusterIdentity, awaited: list[str]) -> None:
    def build(stack: TerraformStack) -> None:
        made = ServiceAccountRole(
            stack,
            "ebs_csi",
            environment(),
            cluster=cluster,
            service_account=ServiceAccount("kube-system", "ebs-csi-controller-sa"),
            name="prod-ebs-csi",
            policies={"volumes": [READ]},
        )
        EksAddon(stack, "addon", addon_name="x", cluster_name="prod", depends_on=list(made.ready))

    assert resources_of(build)["aws_eks_addon"]["addon"]["depends_on"] == awaited


def test_policy_names_are_the_roles_with_a_suffix() -> None:
    resources = role(policies={"volumes": [READ]})
    assert resources["aws_iam_policy"]["ebs_csi_volumes"]["name"] == "prod-ebs-csi-volumes"


def test_long_names_are_shortened_and_unique() -> None:
    long = "p" * 130
    resources = role(name=long, policies={"one": [READ], "two": [READ]})
    assert len(resources["aws_iam_role"]["ebs_csi"]["name"]) == 64
    names = {body["name"] for body in resources["aws_iam_policy"].values()}
    assert len(names) == 2
    assert {len(name) for name in names} == {128}


def test_a_policy_over_iams_limit_is_refused_at_synth() -> None:
    many = [Statement("Many", ["s3:GetObject"], [f"arn:aws:s3:::{i:060}/*" for i in range(100)])]
    with pytest.raises(
        LimitError, match=r"policy prod-ebs-csi-many has \d+ characters, AWS allows 6144"
    ):
        role(policies={"many": many})


def test_too_many_policies_are_refused_at_synth() -> None:
    with pytest.raises(LimitError, match="role prod-ebs-csi has 11 managed policies"):
        role(managed=["A"], policies={f"p{i}": [READ] for i in range(10)})


def test_a_managed_policy_given_by_arn_is_refused() -> None:
    with pytest.raises(ValueError, match="give the name of the managed policy, not its ARN"):
        role(managed=["arn:aws:iam::aws:policy/AdministratorAccess"])


def test_irsa_without_a_provider_is_refused() -> None:
    with pytest.raises(ValueError, match="identity irsa needs the OIDC provider's ARN"):
        ClusterIdentity("prod", "prod", "irsa")


def test_an_issuer_with_its_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="remove it"):
        ClusterIdentity("prod", "prod", "irsa", "arn:x", "https://oidc.eks")
