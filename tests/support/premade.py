"""What the platform stack finds in AWS, made without the other stacks: cluster and states."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from config.derived import fleet, ip_plan, names
from config.environment import Environment
from modules.addons.catalog import EXAMPLES
from modules.merge import merged, nested
from tools.emulator import LocalAws

_ASKED: Final = re.compile(r"data\.terraform_remote_state\.(\w+)\.outputs\.([\w.]+)")


def asked_of_others(stack: str) -> set[tuple[str, str]]:
    """The outputs of other stacks that a stack reads: stack, and output with the key of a map.

    Args:
        stack: the stack's Terraform JSON as text.
    """
    return set(_ASKED.findall(stack))


def make_cluster(aws: LocalAws, environment: Environment) -> None:
    """Makes a cluster with the environment's name.

    Args:
        aws: the account.
        environment: the environment.
    """
    ec2 = aws.client("ec2", environment.region)
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"][:2]]
    trust = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    role = aws.client("iam").create_role(
        RoleName=f"{environment.cluster_name}-premade",
        AssumeRolePolicyDocument=json.dumps(document),
    )
    aws.client("eks", environment.region).create_cluster(
        name=environment.cluster_name,
        version=environment.cluster.version,
        roleArn=role["Role"]["Arn"],
        resourcesVpcConfig={"subnetIds": subnets},
    )


def make_network(aws: LocalAws, environment: Environment) -> dict[str, str]:
    """Makes a VPC with private subnets, in which the control plane is as well.

    Args:
        aws: the account.
        environment: names region and zones.

    Returns:
        What the outputs of the network stack would be.
    """
    ec2 = aws.client("ec2", environment.region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = {
        zone: ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.0.{10 + number}.0/24",
            AvailabilityZone=f"{environment.region}{zone}",
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate(environment.network.availability_zones)
    }
    return {
        "network.vpc_id": vpc,
        **{f"network.private_subnet_ids.{zone}": subnet for zone, subnet in subnets.items()},
        **{f"network.control_plane_subnet_ids.{zone}": subnet for zone, subnet in subnets.items()},
    }


def make_groups(aws: LocalAws, environment: Environment) -> dict[str, str]:
    """Makes the security groups of both load balancers and of nodes.

    Args:
        aws: the account.
        environment: names the region.

    Returns:
        What the outputs of the edge and cluster stacks would be.
    """
    ec2 = aws.client("ec2", environment.region)
    made = {
        "edge.load_balancer_security_group_id": "edge",
        "edge.internal_load_balancer_security_group_id": "edge-internal",
        "cluster.node_security_group_id": "node",
    }
    return {
        output: ec2.create_security_group(GroupName=name, Description=name)["GroupId"]
        for output, name in made.items()
    }


def move_control_plane(aws: LocalAws, environment: Environment) -> dict[str, str]:
    """Makes control-plane subnets in the VPC, and names them in the state of the network.

    Returns:
        the subnets by zone letter.
    """
    ec2, s3 = aws.client("ec2", environment.region), aws.client("s3", environment.region)
    place = {
        "Bucket": names.state_bucket(environment),
        "Key": names.state_object_key(environment, "network"),
    }
    state = json.loads(s3.get_object(**place)["Body"].read())
    subnets = {
        zone: ec2.create_subnet(
            VpcId=state["outputs"]["vpc_id"]["value"],
            CidrBlock=str(planned.cidr),
            AvailabilityZone=f"{environment.region}{zone}",
        )["Subnet"]["SubnetId"]
        for zone, planned in ip_plan.plan(environment.network).tier("control_plane").items()
    }
    state["outputs"]["control_plane_subnet_ids"]["value"] = subnets
    s3.put_object(**place, Body=json.dumps(state).encode())
    return subnets


def make_states(
    aws: LocalAws,
    environment: Environment,
    stack: str,
    outputs: Mapping[str, str] = EXAMPLES,
) -> None:
    """Makes the state backend, and states with the outputs that a stack reads.

    Args:
        aws: the account.
        environment: the environment.
        stack: the stack's Terraform JSON as text.
        outputs: what the outputs are, by stack and output.
    """
    region = environment.region
    bucket, table = names.state_bucket(environment), names.state_lock_table(environment)
    s3 = aws.client("s3", region)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    aws.client("dynamodb", region).create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    kms = aws.client("kms", region)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=names.state_key_alias(environment), TargetKeyId=key)
    states: dict[str, dict[str, Any]] = {}
    members = "|".join([fleet.key(each) for each in environment.siblings + environment.named])
    for reference, output in asked_of_others(stack):
        other = re.sub(f"_({members})$", "", reference) if members else reference
        value = outputs.get(f"{other}.{output}", f"{other}-{output}")
        states[other] = merged(states.get(other, {}), nested(output, value))
    for other, values in states.items():
        key = names.state_object_key(environment, other)
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(_state(values)).encode())


def _state(outputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": 4,
        "terraform_version": "1.9.0",
        "serial": 1,
        "lineage": "7c1a6c5e-0000-4000-8000-000000000000",
        "outputs": {
            name: {"value": value, "type": _type(value)} for name, value in outputs.items()
        },
        "resources": [],
        "check_results": None,
    }


def _type(value: Any) -> Any:
    if isinstance(value, dict):
        return ["object", {key: _type(inner) for key, inner in value.items()}]
    return "string"
