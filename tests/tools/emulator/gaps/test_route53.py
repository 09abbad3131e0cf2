"""Gaps of Route 53."""

from tools.emulator import LocalAws


def test_a_deleted_record_leaves_those_of_other_names_with_its_set_identifier(
    aws: LocalAws,
) -> None:
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="shop.test", CallerReference="sets")["HostedZone"]["Id"]

    def change(action: str, name: str) -> None:
        record = {
            "Name": name,
            "Type": "A",
            "SetIdentifier": "west",
            "Weight": 1,
            "TTL": 60,
            "ResourceRecords": [{"Value": "192.0.2.1"}],
        }
        route53.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
        )

    for name in ("one.shop.test", "two.shop.test"):
        change("CREATE", name)
    change("DELETE", "one.shop.test")
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert [each["Name"] for each in records if each["Type"] == "A"] == ["two.shop.test."]


def test_a_zone_with_a_vpc_is_private(aws: LocalAws) -> None:
    route53, ec2 = aws.client("route53"), aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = route53.create_hosted_zone(
        Name="corp.test",
        CallerReference="private",
        VPC={"VPCId": vpc, "VPCRegion": "eu-west-1"},
    )
    found = route53.get_hosted_zone(Id=made["HostedZone"]["Id"])
    assert found["HostedZone"]["Config"]["PrivateZone"] is True
    assert [each["VPCId"] for each in found["VPCs"]] == [vpc]
    public = route53.create_hosted_zone(Name="shop.test", CallerReference="public")
    found = route53.get_hosted_zone(Id=public["HostedZone"]["Id"])
    assert found["HostedZone"]["Config"]["PrivateZone"] is False
