"""Makes in the emulated account what EKS Auto Mode leaves behind, with its own tags only."""

from typing import Any, Final

from support.leftovers import Maker, specification, subnet, tags
from support.state_objects import REGION
from tools.emulator import LocalAws

CLUSTER: Final = "eks:eks-cluster-name"


def _ec2(aws: LocalAws) -> Any:
    return aws.client("ec2", REGION)


def instance(aws: LocalAws, cluster: str, vpc: str) -> str:
    made = _ec2(aws).run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        InstanceType="m7g.large",
        SubnetId=subnet(aws, vpc),
        TagSpecifications=specification(
            "instance", {CLUSTER: cluster, "eks:kubernetes-node-pool-name": "platform"}
        ),
    )
    return made["Instances"][0]["InstanceId"]


def launch_template(aws: LocalAws, cluster: str, vpc: str) -> str:  # noqa: ARG001 - a Maker
    made = _ec2(aws).create_launch_template(
        LaunchTemplateName=f"eks-{cluster}",
        LaunchTemplateData={"InstanceType": "m7g.large"},
        TagSpecifications=specification(
            "launch-template", {CLUSTER: cluster, "eks:kubernetes-node-class-name": "eks-platform"}
        ),
    )
    return made["LaunchTemplate"]["LaunchTemplateId"]


def load_balancer(aws: LocalAws, cluster: str, vpc: str) -> str:
    made = aws.client("elbv2", REGION).create_load_balancer(
        Name=f"k8s-shop-web-{cluster}",
        Type="network",
        Subnets=[subnet(aws, vpc)],
        Tags=tags(**{CLUSTER: cluster, "service.eks.amazonaws.com/stack": "shop/web"}),
    )
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def target_group(aws: LocalAws, cluster: str, vpc: str) -> str:
    made = aws.client("elbv2", REGION).create_target_group(
        Name=f"k8s-{cluster}",
        Protocol="TCP",
        Port=80,
        VpcId=vpc,
        Tags=tags(**{CLUSTER: cluster, "ingress.eks.amazonaws.com/resource": "shop/web:80"}),
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


def interface(aws: LocalAws, cluster: str, vpc: str) -> str:
    made = _ec2(aws).create_network_interface(
        SubnetId=subnet(aws, vpc),
        TagSpecifications=specification(
            "network-interface",
            {CLUSTER: cluster, "eks:kubernetes-cni-node-name": "i-0123456789abcdef0"},
        ),
    )
    return made["NetworkInterface"]["NetworkInterfaceId"]


def security_group(aws: LocalAws, cluster: str, vpc: str) -> str:
    return _ec2(aws).create_security_group(
        GroupName=f"k8s-traffic-{cluster}",
        Description="-",
        VpcId=vpc,
        TagSpecifications=specification(
            "security-group",
            {
                CLUSTER: cluster,
                "service.eks.amazonaws.com/resource": "ManagedBackendSecurityGroup",
            },
        ),
    )["GroupId"]


def volume(aws: LocalAws, cluster: str, vpc: str) -> str:  # noqa: ARG001 - a Maker
    return _ec2(aws).create_volume(
        AvailabilityZone=f"{REGION}a",
        Size=8,
        TagSpecifications=specification(
            "volume",
            {
                CLUSTER: cluster,
                "CSIVolumeName": f"pvc-{cluster}",
                "eks-platform/reclaim-policy": "Delete",
            },
        ),
    )["VolumeId"]


MAKERS: Final[dict[str, Maker]] = {
    "instance": instance,
    "launch template": launch_template,
    "load balancer": load_balancer,
    "target group": target_group,
    "network interface": interface,
    "security group": security_group,
    "volume": volume,
}
"""What a sweep deletes after a cluster."""
