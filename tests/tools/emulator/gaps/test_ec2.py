"""EC2 as the network needs it: rules, reservations, launch templates, and deleting in order."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tools.emulator import LocalAws


@pytest.fixture
def ec2(aws: LocalAws) -> Any:
    return aws.client("ec2")


@pytest.fixture
def vpc(ec2: Any) -> str:
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def group(ec2: Any, vpc: str) -> str:
    return ec2.create_security_group(GroupName="one", Description="one", VpcId=vpc)["GroupId"]


@pytest.fixture
def other_group(ec2: Any, vpc: str) -> str:
    return ec2.create_security_group(GroupName="two", Description="two", VpcId=vpc)["GroupId"]


def code_of(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response["Error"]["Code"]


def subnet_in(ec2: Any, vpc: str) -> str:
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]


def permission(peer: dict[str, Any], protocol: str = "tcp") -> dict[str, Any]:
    ports = {} if protocol == "-1" else {"FromPort": 443, "ToPort": 443}
    return {"IpProtocol": protocol, **ports, **peer}


def peers(other: str) -> list[dict[str, Any]]:
    return [
        {"IpRanges": [{"CidrIp": "10.0.0.0/16", "Description": "why"}]},
        {"Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": "why"}]},
        {"UserIdGroupPairs": [{"GroupId": other, "Description": "why"}]},
        {"PrefixListIds": [{"PrefixListId": "pl-1234", "Description": "why"}]},
    ]


@pytest.mark.parametrize("peer", range(4))
@pytest.mark.parametrize("protocol", ["tcp", "-1"])
def test_a_rule_keeps_its_description_and_can_be_changed(
    ec2: Any, group: str, other_group: str, peer: int, protocol: str
) -> None:
    made = ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[permission(peers(other_group)[peer], protocol)]
    )["SecurityGroupRules"][0]
    assert made["Description"] == "why"

    rule_id = made["SecurityGroupRuleId"]
    names = ("CidrIpv4", "CidrIpv6", "PrefixListId", "IpProtocol")
    change = {name: made[name] for name in names if name in made}
    if "ReferencedGroupInfo" in made:
        change["ReferencedGroupId"] = made["ReferencedGroupInfo"]["GroupId"]
    if protocol != "-1":
        change |= {"FromPort": 8443, "ToPort": 8443}
    ec2.modify_security_group_rules(
        GroupId=group,
        SecurityGroupRules=[
            {
                "SecurityGroupRuleId": rule_id,
                "SecurityGroupRule": {**change, "Description": "because"},
            }
        ],
    )
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])[
        "SecurityGroupRules"
    ]
    assert found["Description"] == "because"
    assert found["FromPort"] == (-1 if protocol == "-1" else 8443)
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule_id])


def test_the_same_rule_with_another_description_is_a_duplicate(
    ec2: Any, group: str, other_group: str
) -> None:
    for description in ("first", "second"):
        pair = {"GroupId": other_group, "Description": description}
        arguments = {
            "GroupId": group,
            "IpPermissions": [permission({"UserIdGroupPairs": [pair]})],
        }
        if description == "first":
            ec2.authorize_security_group_ingress(**arguments)
        else:
            code = code_of(ec2.authorize_security_group_ingress, **arguments)
            assert code == "InvalidPermission.Duplicate"


def test_the_description_of_a_group_peer_shows_in_the_group(
    ec2: Any, group: str, other_group: str
) -> None:
    pair = {"GroupId": other_group, "Description": "why"}
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[permission({"UserIdGroupPairs": [pair]})]
    )
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    (shown,) = found["IpPermissions"][0]["UserIdGroupPairs"]
    assert shown["Description"] == "why"


def test_a_reservation_keeps_its_description(ec2: Any, vpc: str) -> None:
    subnet = subnet_in(ec2, vpc)
    made = ec2.create_subnet_cidr_reservation(
        SubnetId=subnet, Cidr="10.0.1.128/25", ReservationType="prefix", Description="pods"
    )["SubnetCidrReservation"]
    found = ec2.get_subnet_cidr_reservations(SubnetId=subnet)["SubnetIpv4CidrReservations"]
    assert found == [made]
    assert (made["Description"], made["ReservationType"]) == ("pods", "prefix")
    ec2.delete_subnet_cidr_reservation(SubnetCidrReservationId=made["SubnetCidrReservationId"])
    assert ec2.get_subnet_cidr_reservations(SubnetId=subnet)["SubnetIpv4CidrReservations"] == []


def test_a_delete_that_the_sdk_repeats_finds_no_launch_template_of_that_id(ec2: Any) -> None:
    made = ec2.create_launch_template(LaunchTemplateName="gone", LaunchTemplateData={})
    template = made["LaunchTemplate"]["LaunchTemplateId"]
    ec2.delete_launch_template(LaunchTemplateId=template)
    with pytest.raises(ClientError, match=r"InvalidLaunchTemplateId\.NotFound"):
        ec2.delete_launch_template(LaunchTemplateId=template)


def test_a_launch_templates_own_tags_stay_out_of_its_data(ec2: Any) -> None:
    def tags(kind: str) -> dict[str, Any]:
        return {"ResourceType": kind, "Tags": [{"Key": "Name", "Value": kind}]}

    made = ec2.create_launch_template(
        LaunchTemplateName="system",
        LaunchTemplateData={"TagSpecifications": [tags("instance"), tags("volume")]},
        TagSpecifications=[tags("launch-template")],
    )["LaunchTemplate"]
    assert made["Tags"] == [{"Key": "Name", "Value": "launch-template"}]
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateName="system")[
        "LaunchTemplateVersions"
    ]
    kinds = [given["ResourceType"] for given in version["LaunchTemplateData"]["TagSpecifications"]]
    assert kinds == ["instance", "volume"]


def test_a_launch_template_has_only_the_given_tags(ec2: Any) -> None:
    ec2.create_launch_template(
        LaunchTemplateName="plain",
        LaunchTemplateData={"InstanceType": "m7i.large"},
        TagSpecifications=[
            {"ResourceType": "launch-template", "Tags": [{"Key": "a", "Value": "b"}]}
        ],
    )
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateName="plain")[
        "LaunchTemplateVersions"
    ]
    assert "TagSpecifications" not in version["LaunchTemplateData"]


def test_deleting_a_vpc_deletes_its_default_network_acl(ec2: Any, vpc: str) -> None:
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    assert len(ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"]) == 1
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"] == []


def test_a_subnet_with_a_nat_gateway_cannot_be_deleted(ec2: Any, vpc: str) -> None:
    subnet = subnet_in(ec2, vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    assert code_of(ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"
    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    ec2.delete_subnet(SubnetId=subnet)
    ec2.release_address(AllocationId=address)


def test_a_group_in_use_cannot_be_deleted(ec2: Any, vpc: str, group: str, other_group: str) -> None:
    interface = ec2.create_network_interface(SubnetId=subnet_in(ec2, vpc), Groups=[group])
    assert code_of(ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    interface_id = interface["NetworkInterface"]["NetworkInterfaceId"]
    ec2.delete_network_interface(NetworkInterfaceId=interface_id)

    rule = permission({"UserIdGroupPairs": [{"GroupId": group}]})
    ec2.authorize_security_group_ingress(GroupId=other_group, IpPermissions=[rule])
    assert code_of(ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=other_group, IpPermissions=[rule])
    ec2.delete_security_group(GroupId=group)


def test_a_group_of_an_endpoint_cannot_be_deleted(ec2: Any, vpc: str, group: str) -> None:
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.sts",
        VpcEndpointType="Interface",
        SubnetIds=[subnet_in(ec2, vpc)],
        SecurityGroupIds=[group],
    )["VpcEndpoint"]["VpcEndpointId"]
    assert code_of(ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    ec2.delete_security_group(GroupId=group)


def test_a_group_that_names_itself_can_be_deleted(ec2: Any, group: str) -> None:
    own = permission({"UserIdGroupPairs": [{"GroupId": group}]}, "-1")
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[own])
    ec2.delete_security_group(GroupId=group)
    assert code_of(ec2.describe_security_groups, GroupIds=[group]) == "InvalidGroup.NotFound"


def endpoint(ec2: Any, vpc: str, service: str, type_: str, **options: Any) -> dict[str, Any]:
    name = f"com.amazonaws.eu-west-1.{service}"
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=name, VpcEndpointType=type_, **options)[
        "VpcEndpoint"
    ]
    (described,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])[
        "VpcEndpoints"
    ]
    return described


def test_an_s3_interface_endpoint_keeps_its_dns_options_and_requires_a_gateway(
    ec2: Any, vpc: str
) -> None:
    options = {"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": True}}
    with pytest.raises(ClientError, match="must have a Gateway endpoint"):
        endpoint(ec2, vpc, "s3", "Interface", PrivateDnsEnabled=True, **options)
    endpoint(ec2, vpc, "s3", "Gateway")
    made = endpoint(ec2, vpc, "s3", "Interface", PrivateDnsEnabled=True, **options)
    assert made["DnsOptions"] == {
        "DnsRecordIpType": "ipv4",
        "PrivateDnsOnlyForInboundResolverEndpoint": True,
    }


def test_an_interface_endpoint_of_dynamodb_has_no_private_dns(ec2: Any, vpc: str) -> None:
    with pytest.raises(ClientError, match="does not provide a private DNS name"):
        endpoint(ec2, vpc, "dynamodb", "Interface", PrivateDnsEnabled=True)
    assert endpoint(ec2, vpc, "dynamodb", "Interface", PrivateDnsEnabled=False)


def test_a_table_of_an_internet_gateway_leads_to_subnets_through_endpoints_only(
    ec2: Any, vpc: str
) -> None:
    subnet_in(ec2, vpc)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table, other = (
        ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)
    )
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="inspection", VpcEndpointType="GatewayLoadBalancer"
    )["VpcEndpoint"]["VpcEndpointId"]

    def route(block: str, to: str = table, **target: str) -> dict[str, Any]:
        return {"RouteTableId": to, "DestinationCidrBlock": block, **target}

    ec2.create_route(**route("0.0.0.0/0", other, GatewayId=gateway))
    ec2.create_route(**route("10.0.1.0/24", VpcEndpointId=endpoint))
    associate = ec2.associate_route_table
    assert code_of(associate, RouteTableId=other, GatewayId=gateway) == "InvalidParameterValue"
    associate(RouteTableId=table, GatewayId=gateway)
    assert code_of(associate, RouteTableId=table, GatewayId=gateway) == "Resource.AlreadyAssociated"
    for refused in (
        route("10.0.2.0/24", VpcEndpointId=endpoint),
        route("0.0.0.0/0", GatewayId=gateway),
    ):
        assert code_of(ec2.create_route, **refused) == "InvalidParameterValue"
