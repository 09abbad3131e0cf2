"""Makes in the emulated account what controllers of a cluster leave behind."""

from collections.abc import Callable
from typing import Any, Final

from support.state_objects import REGION
from tools.emulator import LocalAws

Maker = Callable[[LocalAws, str, str], str]
"""Makes one for a cluster in a VPC; gives its id."""


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def specification(type_: str, values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ResourceType": type_, "Tags": tags(**values)}]


def _ec2(aws: LocalAws) -> Any:
    return aws.client("ec2", REGION)


def subnet(aws: LocalAws, vpc: str) -> str:
    found = _ec2(aws).describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return found[0]["SubnetId"]


def make_vpc(aws: LocalAws) -> str:
    ec2 = _ec2(aws)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for zone, cidr in (("a", "10.0.1.0/24"), ("b", "10.0.2.0/24")):
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}")
    return vpc


def instance(aws: LocalAws, cluster: str, vpc: str) -> str:
    made = _ec2(aws).run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        InstanceType="m7g.large",
        SubnetId=subnet(aws, vpc),
        TagSpecifications=specification(
            "instance",
            {
                f"kubernetes.io/cluster/{cluster}": "owned",
                "eks:eks-cluster-name": cluster,
                "karpenter.sh/nodepool": "default",
            },
        ),
    )
    return made["Instances"][0]["InstanceId"]


def launch_template(aws: LocalAws, cluster: str, vpc: str) -> str:  # noqa: ARG001 - a Maker
    made = _ec2(aws).create_launch_template(
        LaunchTemplateName=f"karpenter.k8s.aws/{cluster}",
        LaunchTemplateData={"InstanceType": "m7g.large"},
        TagSpecifications=specification(
            "launch-template",
            {"eks:eks-cluster-name": cluster, "karpenter.k8s.aws/ec2nodeclass": "default"},
        ),
    )
    return made["LaunchTemplate"]["LaunchTemplateId"]


def instance_profile(aws: LocalAws, cluster: str, vpc: str) -> str:  # noqa: ARG001 - a Maker
    iam, name = aws.client("iam"), f"{cluster}_123"
    iam.create_role(RoleName=f"node-{cluster}", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(
        InstanceProfileName=name, Path=f"/karpenter/{REGION}/{cluster}/default/"
    )
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=f"node-{cluster}")
    return name


def load_balancer(aws: LocalAws, cluster: str, vpc: str) -> str:
    made = aws.client("elbv2", REGION).create_load_balancer(
        Name=f"k8s-shop-web-{cluster}",
        Type="network",
        Subnets=[subnet(aws, vpc)],
        Tags=tags(**{"elbv2.k8s.aws/cluster": cluster, "service.k8s.aws/stack": "shop/web"}),
    )
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def classic_load_balancer(aws: LocalAws, cluster: str, vpc: str) -> str:
    name = f"classic-{cluster}"
    listener = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 30080}
    aws.client("elb", REGION).create_load_balancer(
        LoadBalancerName=name,
        Listeners=[listener],
        Subnets=[subnet(aws, vpc)],
        Tags=tags(
            **{f"kubernetes.io/cluster/{cluster}": "owned", "kubernetes.io/service-name": "a/b"}
        ),
    )
    return name


def target_group(aws: LocalAws, cluster: str, vpc: str) -> str:
    made = aws.client("elbv2", REGION).create_target_group(
        Name=f"k8s-{cluster}",
        Protocol="TCP",
        Port=80,
        VpcId=vpc,
        Tags=tags(**{"elbv2.k8s.aws/cluster": cluster, "ingress.k8s.aws/stack": "shop/web"}),
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


def interface(aws: LocalAws, cluster: str, vpc: str, *groups: str) -> str:
    made = _ec2(aws).create_network_interface(
        SubnetId=subnet(aws, vpc),
        Groups=[*groups],
        Description="aws-K8S-i-0123456789abcdef0",
        TagSpecifications=specification(
            "network-interface",
            {
                "cluster.k8s.amazonaws.com/name": cluster,
                "node.k8s.amazonaws.com/instance_id": "i-0123456789abcdef0",
            },
        ),
    )
    return made["NetworkInterface"]["NetworkInterfaceId"]


def branch_interface(aws: LocalAws, cluster: str, vpc: str) -> str:
    """An interface of a pod with a security group of its own."""
    made = _ec2(aws).create_network_interface(
        SubnetId=subnet(aws, vpc),
        Description="aws-k8s-branch-eni",
        TagSpecifications=specification(
            "network-interface",
            {
                f"kubernetes.io/cluster/{cluster}": "owned",
                "eks:eni:owner": "eks-vpc-resource-controller",
            },
        ),
    )
    return made["NetworkInterface"]["NetworkInterfaceId"]


def classic_security_group(aws: LocalAws, cluster: str, vpc: str) -> str:
    return _ec2(aws).create_security_group(
        GroupName=f"k8s-elb-{cluster}",
        Description="-",
        VpcId=vpc,
        TagSpecifications=specification(
            "security-group", {f"kubernetes.io/cluster/{cluster}": "owned"}
        ),
    )["GroupId"]


def security_group(aws: LocalAws, cluster: str, vpc: str) -> str:
    """The shared group of the controller, which a rule of the nodes' group names."""
    ec2 = _ec2(aws)
    made = ec2.create_security_group(
        GroupName=f"k8s-traffic-{cluster}",
        Description="shared",
        VpcId=vpc,
        TagSpecifications=specification(
            "security-group",
            {"elbv2.k8s.aws/cluster": cluster, "elbv2.k8s.aws/resource": "backend-sg"},
        ),
    )["GroupId"]
    nodes = ec2.create_security_group(GroupName=f"nodes-{cluster}", Description="-", VpcId=vpc)
    own = {"GroupId": made, "Description": "elbv2.k8s.aws/targetGroupBinding=shared"}
    ec2.authorize_security_group_ingress(
        GroupId=nodes["GroupId"],
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [own]}
        ],
    )
    return made


def volume(aws: LocalAws, cluster: str, vpc: str, policy: str | None = "Delete") -> str:  # noqa: ARG001
    recorded = {} if policy is None else {"eks-platform/reclaim-policy": policy}
    return _ec2(aws).create_volume(
        AvailabilityZone=f"{REGION}a",
        Size=8,
        TagSpecifications=specification(
            "volume",
            {
                f"kubernetes.io/cluster/{cluster}": "owned",
                "CSIVolumeName": f"pvc-{cluster}",
                "kubernetes.io/created-for/pvc/namespace": "shop",
                "kubernetes.io/created-for/pvc/name": "data",
                **recorded,
            },
        ),
    )["VolumeId"]


def snapshot(aws: LocalAws, cluster: str, vpc: str) -> str:
    return _ec2(aws).create_snapshot(
        VolumeId=volume(aws, cluster, vpc),
        TagSpecifications=specification(
            "snapshot",
            {f"kubernetes.io/cluster/{cluster}": "owned", "CSIVolumeSnapshotName": "s"},
        ),
    )["SnapshotId"]


def log_group(aws: LocalAws, cluster: str, vpc: str) -> str:  # noqa: ARG001 - a Maker
    name = f"/aws/eks/{cluster}/cluster"
    aws.client("logs", REGION).create_log_group(logGroupName=name)
    return name


def insights_log_group(aws: LocalAws, cluster: str, vpc: str) -> str:  # noqa: ARG001 - a Maker
    name = f"/aws/containerinsights/{cluster}/application"
    aws.client("logs", REGION).create_log_group(logGroupName=name)
    return name


def guardduty_group(aws: LocalAws, vpc: str) -> str:
    return _ec2(aws).create_security_group(
        GroupName=f"GuardDutyManagedSecurityGroup-{vpc}", Description="-", VpcId=vpc
    )["GroupId"]


def guardduty_endpoint(aws: LocalAws, vpc: str, group: str) -> str:
    return _ec2(aws).create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.guardduty-data",
        SubnetIds=[subnet(aws, vpc)],
        SecurityGroupIds=[group],
        TagSpecifications=specification("vpc-endpoint", {"GuardDutyManaged": "true"}),
    )["VpcEndpoint"]["VpcEndpointId"]


def in_applied_environment(aws: LocalAws, cluster: str) -> None:
    """What keeps Terraform from destroying the cluster and the network of an environment."""
    groups = _ec2(aws).describe_security_groups(
        Filters=[{"Name": "tag:Name", "Values": [f"{cluster}-node"]}]
    )["SecurityGroups"]
    (nodes,) = groups
    vpc = nodes["VpcId"]
    interface(aws, cluster, vpc, nodes["GroupId"])
    instance(aws, cluster, vpc)
    load_balancer(aws, cluster, vpc)
    target_group(aws, cluster, vpc)
    classic_security_group(aws, cluster, vpc)
    volume(aws, cluster, vpc)
    guardduty_endpoint(aws, vpc, guardduty_group(aws, vpc))


MAKERS: Final[dict[str, Maker]] = {
    "instance": instance,
    "launch template": launch_template,
    "instance profile": instance_profile,
    "load balancer": load_balancer,
    "classic load balancer": classic_load_balancer,
    "target group": target_group,
    "network interface": interface,
    "branch interface": branch_interface,
    "security group": security_group,
    "security group of a classic load balancer": classic_security_group,
    "volume": volume,
    "log group": log_group,
    "log group of Container Insights": insights_log_group,
}
"""What a sweep deletes after a cluster."""
