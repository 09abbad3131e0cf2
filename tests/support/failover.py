"""A region of a platform as its stacks make it, in the emulated account, for `make failover`."""

import json
from typing import Any

from config.derived import names
from config.environment import Environment
from modules.edge.routing_rules import SWITCHED_OFF
from tools.emulator import LocalAws


class Region:
    """A region's load balancer, cluster and nodes, and the state that says so."""

    def __init__(self, aws: LocalAws, environment: Environment) -> None:
        self._aws, self.environment = aws, environment
        self.ec2, self.elb = self.client("ec2"), self.client("elbv2")
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self._subnets = [
            self.ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{environment.region}{z}"
            )["Subnet"]["SubnetId"]
            for n, z in enumerate("ab")
        ]
        made = self.elb.create_load_balancer(Name="edge", Subnets=self._subnets)
        self.balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
        self.group = self.elb.create_target_group(
            Name="http", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        self._forward = [{"Type": "forward", "TargetGroupArn": self.group}]
        listener = self.elb.create_listener(
            LoadBalancerArn=self.balancer, Protocol="HTTP", Port=80, DefaultActions=self._forward
        )["Listeners"][0]["ListenerArn"]
        response = {"StatusCode": SWITCHED_OFF, "ContentType": "text/plain"}
        self.rule = self.elb.create_rule(
            ListenerArn=listener,
            Priority=3,
            Conditions=[{"Field": "path-pattern", "Values": ["/routing-switch/x"]}],
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": response}],
        )["Rules"][0]["RuleArn"]
        self._make_nodes()
        self._save()

    def client(self, service: str) -> Any:
        """A client of the region."""
        return self._aws.client(service, self.environment.region)

    def register(self) -> None:
        """A pod of the ingress controller, which the emulator calls healthy."""
        self.elb.register_targets(TargetGroupArn=self.group, Targets=[{"Id": "10.0.0.10"}])

    def listen_with(self, certificate: str) -> None:
        """A listener for TLS."""
        self.elb.create_listener(
            LoadBalancerArn=self.balancer,
            Protocol="HTTPS",
            Port=443,
            Certificates=[{"CertificateArn": certificate}],
            DefaultActions=self._forward,
        )

    def lose_instance(self) -> None:
        """An instance of the node group ends, and no other takes its place."""
        scaling = self.client("autoscaling")
        [group] = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        healthy = [x for x in group["Instances"] if x["HealthStatus"] == "Healthy"]
        scaling.set_instance_health(InstanceId=healthy[0]["InstanceId"], HealthStatus="Unhealthy")

    @property
    def switch(self) -> str:
        """What the switch in this region's load balancer answers."""
        [rule] = self.elb.describe_rules(RuleArns=[self.rule])["Rules"]
        return rule["Actions"][0]["FixedResponseConfig"]["StatusCode"]

    def _make_nodes(self) -> None:
        eks, cluster = self.client("eks"), self.environment.cluster_name
        eks.create_cluster(
            name=cluster,
            version=self.environment.cluster.version,
            roleArn=self._role("cluster", "eks"),
            resourcesVpcConfig={"subnetIds": self._subnets},
        )
        for addon in ("vpc-cni", "kube-proxy"):
            eks.create_addon(clusterName=cluster, addonName=addon)
        size = {"minSize": 1, "maxSize": 3, "desiredSize": 2}
        made = eks.create_nodegroup(
            clusterName=cluster,
            nodegroupName="system",
            nodeRole=self._role("node", "ec2"),
            subnets=self._subnets,
            scalingConfig=size,
        )["nodegroup"]
        image = self.ec2.register_image(Name="node")["ImageId"]
        self.ec2.create_launch_template(
            LaunchTemplateName="nodes",
            LaunchTemplateData={"ImageId": image, "InstanceType": "m7g.large"},
        )
        self.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=made["resources"]["autoScalingGroups"][0]["name"],
            MinSize=size["minSize"],
            MaxSize=size["maxSize"],
            DesiredCapacity=size["desiredSize"],
            LaunchTemplate={"LaunchTemplateName": "nodes"},
            VPCZoneIdentifier=",".join(self._subnets),
        )

    def _role(self, name: str, service: str) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        document = {"Version": "2012-10-17", "Statement": [statement]}
        return self._aws.client("iam").create_role(
            RoleName=f"{self.environment.cluster_name}-{name}",
            AssumeRolePolicyDocument=json.dumps(document),
        )["Role"]["Arn"]

    def _save(self) -> None:
        resources = {
            ("aws_lb", "load_balancer"): self.balancer,
            ("aws_lb_listener_rule", "routing_switch"): self.rule,
            ("aws_lb_target_group", "http_targets"): self.group,
        }
        state: dict[str, Any] = {
            "version": 4,
            "serial": 1,
            "lineage": "one",
            "outputs": {},
            "resources": [
                {
                    "mode": "managed",
                    "type": type_,
                    "name": name,
                    "instances": [{"attributes": {"arn": arn}}],
                }
                for (type_, name), arn in resources.items()
            ],
        }
        bucket, s3 = names.state_bucket(self.environment), self.client("s3")
        s3.create_bucket(
            Bucket=bucket,
            CreateBucketConfiguration={"LocationConstraint": self.environment.region},
        )
        key = names.state_object_key(self.environment, "edge")
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(state).encode())
