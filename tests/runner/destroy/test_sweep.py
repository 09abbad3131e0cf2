"""Leftovers in AWS are found by the tags of their cluster, and nothing else is touched (M3)."""

import json

import pytest

from runner.destroy import storage
from runner.destroy.inventory import take_inventory
from runner.destroy.networking import all_in_vpc
from runner.destroy.sweep import ALL, OF_CLUSTER, OF_NETWORK, kept, sweep
from runner.destroy.target import Target
from support import leftovers
from support.cluster_environment import QUICK, Environment
from support.state_objects import REGION
from tools.emulator import LocalAws


def ids(target: Target) -> set[str]:
    """What an inventory finds in AWS."""
    return {each.id for _, found in take_inventory(target, None).aws for each in found}


def other(environment: Environment) -> Target:
    """A cluster of another environment, in the same VPC."""
    target = environment.target
    return Target("other", target.region, target.stack, target.location, target.vpc)


@pytest.mark.parametrize("kind", leftovers.MAKERS)
def test_is_found_and_deleted_by_the_tags_of_its_cluster(
    kind: str, environment: Environment
) -> None:
    make = leftovers.MAKERS[kind]
    own = make(environment.aws, "dev", environment.vpc)
    foreign = make(environment.aws, "other", environment.vpc)
    target, said = environment.target, list[str]()
    assert ids(target) == {own}
    swept = sweep(target, OF_CLUSTER, QUICK, said.append)
    assert swept.stuck == []
    assert any(own in line for line in said)
    assert ids(target) == set()
    assert ids(other(environment)) == {foreign}


def test_nothing_of_a_machine_stays_in_its_subnet(environment: Environment) -> None:
    leftovers.instance(environment.aws, "dev", environment.vpc)
    sweep(environment.target, OF_CLUSTER, QUICK, lambda _: None)
    assert all_in_vpc(environment.target) == []


def test_an_interface_in_use_is_left_alone(environment: Environment) -> None:
    """The address of a node that still runs has the same tags."""
    aws, ec2 = environment.aws, environment.aws.client("ec2", REGION)
    interface = leftovers.interface(aws, "dev", environment.vpc)
    machine = leftovers.instance(aws, "other", environment.vpc)
    ec2.attach_network_interface(DeviceIndex=1, InstanceId=machine, NetworkInterfaceId=interface)
    assert ids(environment.target) == set()


def test_a_group_goes_when_what_uses_it_has_gone(environment: Environment) -> None:
    aws = environment.aws
    group = leftovers.security_group(aws, "dev", environment.vpc)
    interface = leftovers.interface(aws, "dev", environment.vpc)
    ec2 = aws.client("ec2", REGION)
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[group])
    swept = sweep(environment.target, OF_CLUSTER, QUICK, lambda _: None)
    assert {id_ for _, id_ in swept.removed} == {group, interface}


def test_the_group_of_eks_goes_with_the_rules_that_kept_it(environment: Environment) -> None:
    """EKS deletes its group with the cluster, unless a rule of another group names it."""
    aws, ec2 = environment.aws, environment.aws.client("ec2", REGION)
    trust = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    role = aws.client("iam").create_role(
        RoleName="cluster", AssumeRolePolicyDocument=json.dumps(document)
    )["Role"]["Arn"]
    in_vpc = [{"Name": "vpc-id", "Values": [environment.vpc]}]
    subnets = [each["SubnetId"] for each in ec2.describe_subnets(Filters=in_vpc)["Subnets"]]
    eks = aws.client("eks", REGION)
    cluster = eks.create_cluster(
        name="dev", roleArn=role, resourcesVpcConfig={"subnetIds": subnets}
    )["cluster"]
    group = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]
    database = ec2.create_security_group(
        GroupName="database", Description="-", VpcId=environment.vpc
    )["GroupId"]
    pair = {"UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(
        GroupId=database,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, **pair}],
    )
    assert ids(environment.target) == set()
    eks.delete_cluster(name="dev")
    assert ids(environment.target) == {group}
    swept = sweep(environment.target, OF_CLUSTER, QUICK, lambda _: None)
    assert swept.removed == [("security group", group)]
    (kept_group,) = ec2.describe_security_groups(GroupIds=[database])["SecurityGroups"]
    assert kept_group["IpPermissions"] == []


def test_what_aws_does_not_delete_is_named_with_its_reason(environment: Environment) -> None:
    aws = environment.aws
    group = leftovers.security_group(aws, "dev", environment.vpc)
    aws.client("ec2", REGION).create_network_interface(
        SubnetId=leftovers.subnet(aws, environment.vpc), Groups=[group], Description="of another"
    )
    swept = sweep(environment.target, OF_CLUSTER, QUICK, lambda _: None)
    assert swept.stuck == [
        f"security group {group} (k8s-traffic-dev): resource {group} has a dependent object"
    ]


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("Retain", "its PersistentVolume has the reclaim policy Retain"),
        (None, "the reclaim policy of its PersistentVolume is not known"),
    ],
)
def test_a_volume_that_may_hold_wanted_data_is_kept_and_named(
    policy: str | None, reason: str, environment: Environment
) -> None:
    made = leftovers.volume(environment.aws, "dev", environment.vpc, policy)
    sweep(environment.target, ALL, QUICK, lambda _: None)
    ((kind, found),) = kept(environment.target)
    assert (kind, found.id, found.kept) == (storage.VOLUMES, made, reason)


def test_snapshots_are_kept_and_named(environment: Environment) -> None:
    made = leftovers.snapshot(environment.aws, "dev", environment.vpc)
    sweep(environment.target, ALL, QUICK, lambda _: None)
    assert [found.id for _, found in kept(environment.target)] == [made]


def test_guarddutys_endpoint_and_group_go_with_the_network(
    environment: Environment, aws: LocalAws
) -> None:
    group = leftovers.guardduty_group(aws, environment.vpc)
    endpoint = leftovers.guardduty_endpoint(aws, environment.vpc, group)
    assert ids(environment.target) == {group, endpoint}
    sweep(environment.target, OF_CLUSTER, QUICK, lambda _: None)
    assert ids(environment.target) == {group, endpoint}
    swept = sweep(environment.target, OF_NETWORK, QUICK, lambda _: None)
    assert [id_ for _, id_ in swept.removed] == [endpoint, group]
    assert swept.stuck == []
