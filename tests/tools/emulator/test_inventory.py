"""The inventory shows what was made, and nothing of what a fresh account has."""

import json

from tools.emulator import LocalAws
from tools.emulator.inventory_table import GLOBAL, PER_PARENT, REGIONAL

REGIONS = ("us-east-1", "eu-west-1")


def test_a_fresh_account_is_empty_in_every_region(aws: LocalAws) -> None:
    aws.reset()
    assert aws.inventory(REGIONS) == []
    assert aws.failures() == []


def test_a_region_touched_before_is_as_empty_as_one_that_is_not(aws: LocalAws) -> None:
    aws.reset()
    assert len(aws.client("ec2", "eu-west-1").describe_vpcs()["Vpcs"]) == 1
    assert aws.inventory(REGIONS) == []


def test_what_is_made_shows_until_it_is_deleted(aws: LocalAws) -> None:
    aws.reset()
    ec2 = aws.client("ec2", "eu-west-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    found = aws.inventory(REGIONS)
    assert f"ec2:vpc:{vpc}" in found
    assert found == sorted(found)
    kinds = {line.rsplit(":", 1)[0] for line in found}
    assert kinds == {"ec2:vpc", "ec2:route-table", "ec2:network-acl", "ec2:security-group"}
    assert aws.inventory(["us-east-1"]) == []
    ec2.delete_vpc(VpcId=vpc)
    assert aws.inventory(REGIONS) == []


def test_subnets_of_the_default_vpc_show_what_was_put_into_them(aws: LocalAws) -> None:
    aws.reset()
    ec2 = aws.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    block = subnet["CidrBlock"].split("/")[0] + "/28"
    made = ec2.create_subnet_cidr_reservation(
        SubnetId=subnet["SubnetId"], Cidr=block, ReservationType="prefix"
    )["SubnetCidrReservation"]["SubnetCidrReservationId"]
    assert aws.inventory() == [f"ec2:subnet-cidr-reservation:{made}"]


def test_keys_show_until_their_deletion_is_scheduled(aws: LocalAws) -> None:
    aws.reset()
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key)
    assert aws.inventory() == ["kms:alias:alias/mine", f"kms:key:{key}"]
    kms.delete_alias(AliasName="alias/mine")
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert aws.inventory() == []


def test_keys_that_aws_makes_for_its_services_do_not_show(aws: LocalAws) -> None:
    aws.reset()
    kms = aws.client("kms")
    metadata = kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]
    assert metadata["KeyManager"] == "AWS"
    assert aws.inventory() == []


def test_global_services_show_whatever_the_region(aws: LocalAws) -> None:
    aws.reset()
    statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    policy_document = {"Version": "2012-10-17", "Statement": [statement]}
    aws.client("iam").create_policy(PolicyName="p", PolicyDocument=json.dumps(policy_document))
    aws.client("route53").create_hosted_zone(Name="example.test", CallerReference="once")
    zone, policy = sorted(aws.inventory(["eu-west-1"]), reverse=True)
    assert policy == "iam:policy:arn:aws:iam::111122223333:policy/p"
    assert zone.startswith("route53:hosted-zone:/hostedzone/")


def test_every_row_names_an_operation_of_its_service(aws: LocalAws) -> None:
    for row in (*GLOBAL, *REGIONAL, *PER_PARENT):
        assert hasattr(aws.client(row.service), row.operation), row
    named = [(row.service, row.type) for row in (*GLOBAL, *REGIONAL, *PER_PARENT)]
    assert len(named) == len(set(named))


def test_reset_empties_everything(aws: LocalAws) -> None:
    aws.client("s3", "eu-west-1").create_bucket(
        Bucket="gone-soon", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    aws.inject("eks", "ListClusters", "ServerException", status=500)
    aws.reset()
    assert aws.inventory(REGIONS) == []
    assert aws.faults() == []
