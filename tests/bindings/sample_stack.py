"""A small stack with everything that lazy loading could disturb."""

import jsii
from cdktf import (
    App,
    Aspects,
    IAspect,
    S3Backend,
    TerraformOutput,
    TerraformResourceLifecycle,
    TerraformStack,
    TerraformVariable,
    Token,
)
from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
)
from cdktf_cdktf_provider_aws.eks_cluster import (
    EksCluster,
    EksClusterVpcConfig,
)
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.provider import (
    AwsProvider,
    AwsProviderDefaultTags,
)
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_helm.provider import HelmProvider, HelmProviderKubernetes
from cdktf_cdktf_provider_helm.release import Release, ReleaseSet
from cdktf_cdktf_provider_kubernetes.namespace_v1 import (
    NamespaceV1,
    NamespaceV1Metadata,
)
from cdktf_cdktf_provider_kubernetes.provider import KubernetesProvider
from constructs import IConstruct


@jsii.implements(IAspect)
class TagSubnets:
    """Finds subnets by their Python class among the objects that Node.js hands back."""

    def visit(self, node: IConstruct) -> None:
        """Tags the node if it is a subnet."""
        if isinstance(node, Subnet):
            node.tags = {"tier": "private"}


def build(stack: TerraformStack) -> None:
    """Adds resources of three providers that refer to each other."""
    S3Backend(stack, bucket="state", key="sample", region="eu-west-1")
    AwsProvider(
        stack, "aws", region="eu-west-1", default_tags=[AwsProviderDefaultTags(tags={"a": "b"})]
    )
    vpc = Vpc(
        stack,
        "vpc",
        cidr_block="10.0.0.0/16",
        enable_dns_hostnames=True,
        lifecycle=TerraformResourceLifecycle(),
    )
    subnets = [
        Subnet(stack, f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24")
        for number, zone in enumerate("abc")
    ]
    cluster = EksCluster(
        stack,
        "cluster",
        name="sample",
        role_arn="arn:aws:iam::111122223333:role/sample",
        vpc_config=EksClusterVpcConfig(subnet_ids=[subnet.id for subnet in subnets]),
    )
    document = DataAwsIamPolicyDocument(
        stack,
        "document",
        statement=[
            DataAwsIamPolicyDocumentStatement(
                actions=["eks:DescribeCluster"],
                resources=[cluster.arn],
                condition=[
                    DataAwsIamPolicyDocumentStatementCondition(
                        test="StringEquals", variable="aws:ResourceTag/a", values=["b"]
                    )
                ],
            )
        ],
    )
    IamPolicy(stack, "policy", policy=document.json)
    HelmProvider(stack, "helm", kubernetes=HelmProviderKubernetes(host=cluster.endpoint))
    KubernetesProvider(stack, "kubernetes", host=cluster.endpoint)
    namespace = NamespaceV1(stack, "namespace", metadata=NamespaceV1Metadata(name="sample"))
    Release(
        stack,
        "release",
        name="sample",
        chart="sample",
        namespace=namespace.metadata.name,
        set=[ReleaseSet(name="cluster", value=cluster.name)],
        depends_on=[cluster],
    )
    authority = cluster.certificate_authority.get(0).data
    TerraformOutput(stack, "authority", value=Token.as_string(authority), static_id=True)
    add_tokens_of_every_type(stack)


def add_tokens_of_every_type(stack: TerraformStack) -> None:
    """Adds an output of tokens in every place that they can have, and of what resembles them."""
    text = TerraformVariable(stack, "text", type="string")
    number = TerraformVariable(stack, "number", type="number")
    texts = TerraformVariable(stack, "texts", type="list(string)")
    TerraformOutput(
        stack,
        "tokens",
        value={
            "number": number.number_value,
            "inside": f"{text.string_value} and {number.number_value} times ${{other}}",
            "list": texts.list_value,
            "numbers": Token.as_number_list(texts.value),
            "map": Token.as_string_map(text.value),
            text.string_value: "of a key",
            "nested": [[text.string_value, None, True], {"empty": {}, "none": None, "list": []}],
            "resembling": ["1.5e+298", 1.5e298, "e-1", "TfToken", "TfToken[0]", -1, 0.5, ""],
        },
        static_id=True,
    )


def synthesize() -> None:
    """Writes the stack to the folder named by CDKTF_OUTDIR."""
    app = App()
    stack = TerraformStack(app, "sample")
    build(stack)
    Aspects.of(stack).add(TagSubnets())
    app.synth()
