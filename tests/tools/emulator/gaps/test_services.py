"""The gaps of the other services: what is given comes back, what AWS refuses is refused."""

import json

import pytest

from config import versions
from runner.versions.aws import PARAMETERS
from support.aws_errors import code_of
from support.machines import machine
from tools.emulator import LocalAws


def test_a_key_returns_its_rotation_period(aws: LocalAws, key: str) -> None:
    kms = aws.client("kms")
    before = kms.get_key_rotation_status(KeyId=key)
    assert (before["KeyRotationEnabled"], "RotationPeriodInDays" in before) == (False, False)
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    after = kms.get_key_rotation_status(KeyId=key)
    assert (after["KeyRotationEnabled"], after["RotationPeriodInDays"]) == (True, 90)
    assert "NextRotationDate" in after


def test_a_hosted_zone_has_the_id_that_an_environment_file_names(aws: LocalAws) -> None:
    aws.make_hosted_zone("Z0123456789ABCDEFGHIJ", "platform.example.com")
    found = aws.client("route53").get_hosted_zone(Id="Z0123456789ABCDEFGHIJ")
    assert found["HostedZone"]["Name"] == "platform.example.com."


def test_a_rotation_period_out_of_range_is_refused(aws: LocalAws, key: str) -> None:
    enable = aws.client("kms").enable_key_rotation
    assert code_of(enable, KeyId=key, RotationPeriodInDays=2561) == "ValidationException"


def test_a_protected_table_cannot_be_deleted(aws: LocalAws) -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName="lock",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        DeletionProtectionEnabled=True,
    )
    assert code_of(dynamodb.delete_table, TableName="lock") == "ValidationException"
    dynamodb.update_table(TableName="lock", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="lock")


def test_a_file_system_keeps_its_policies(aws: LocalAws) -> None:
    efs = aws.client("efs")
    file_system = efs.create_file_system(CreationToken="t")["FileSystemId"]
    code = code_of(efs.describe_backup_policy, FileSystemId=file_system)
    assert code == "PolicyNotFound"
    for status in ("ENABLED", "DISABLED"):
        efs.put_backup_policy(FileSystemId=file_system, BackupPolicy={"Status": status})
        found = efs.describe_backup_policy(FileSystemId=file_system)
        assert found["BackupPolicy"]["Status"] == status

    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    efs.put_file_system_policy(FileSystemId=file_system, Policy=policy)
    efs.delete_file_system_policy(FileSystemId=file_system)
    assert code_of(efs.describe_file_system_policy, FileSystemId=file_system) == "PolicyNotFound"
    code = code_of(
        efs.put_backup_policy, FileSystemId="fs-00000000", BackupPolicy={"Status": "ENABLED"}
    )
    assert code == "FileSystemNotFound"


def test_a_trail_is_found_by_its_arn(aws: LocalAws) -> None:
    aws.client("s3").create_bucket(Bucket="trail")
    cloudtrail = aws.client("cloudtrail")
    arn = cloudtrail.create_trail(Name="main", S3BucketName="trail")["TrailARN"]
    cloudtrail.start_logging(Name=arn)
    assert cloudtrail.get_trail_status(Name=arn)["IsLogging"] is True
    cloudtrail.stop_logging(Name=arn)
    assert cloudtrail.get_trail_status(Name="main")["IsLogging"] is False
    cloudtrail.delete_trail(Name=arn)
    assert cloudtrail.list_trails()["Trails"] == []


def test_a_cache_of_a_registry_that_requires_credentials_has_them(aws: LocalAws) -> None:
    ecr = aws.client("ecr")
    rule = {"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "registry-1.docker.io"}
    assert code_of(ecr.create_pull_through_cache_rule, **rule) == "InvalidParameterException"
    arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-a1B2c3"
    assert ecr.create_pull_through_cache_rule(**rule, credentialArn=arn)["credentialArn"] == arn
    ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix="hub")


def test_a_template_with_a_key_needs_a_role(aws: LocalAws) -> None:
    ecr = aws.client("ecr")
    template = {
        "prefix": "quay",
        "appliedFor": ["PULL_THROUGH_CACHE"],
        "encryptionConfiguration": {"encryptionType": "KMS"},
    }
    create = ecr.create_repository_creation_template
    assert code_of(create, **template) == "InvalidParameterException"
    create(**template, customRoleArn="arn:aws:iam::111122223333:role/templates")
    ecr.update_repository_creation_template(prefix="quay", imageTagMutability="IMMUTABLE")
    describe = ecr.describe_repository_creation_templates
    [found] = describe(prefixes=["quay"])["repositoryCreationTemplates"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["encryptionConfiguration"] == {"encryptionType": "KMS"}
    ecr.delete_repository_creation_template(prefix="quay")
    assert code_of(describe, prefixes=["quay"]) == "TemplateNotFoundException"


def test_a_pull_through_cache_rule_is_created_and_deleted(aws: LocalAws) -> None:
    ecr = aws.client("ecr")
    rule = {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io"}
    ecr.create_pull_through_cache_rule(**rule)
    code = code_of(ecr.create_pull_through_cache_rule, **rule)
    assert code == "PullThroughCacheRuleAlreadyExistsException"
    credential = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/q"
    ecr.update_pull_through_cache_rule(ecrRepositoryPrefix="quay", credentialArn=credential)
    (found,) = ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (found["upstreamRegistryUrl"], found["credentialArn"]) == ("quay.io", credential)
    ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix="quay")
    code = code_of(ecr.describe_pull_through_cache_rules, ecrRepositoryPrefixes=["quay"])
    assert code == "PullThroughCacheRuleNotFoundException"


@pytest.mark.parametrize("minor", versions.minors())
def test_the_recommended_node_images_are_those_of_the_table(aws: LocalAws, minor: str) -> None:
    ssm = aws.client("ssm")
    for family, parameter in PARAMETERS.items():
        found = ssm.get_parameter(Name=parameter.format(minor=minor))["Parameter"]
        assert found["Value"] == versions.ami(family, minor)
    release = versions.ami("al2023", minor).rpartition("-")[2]
    image = (
        f"/aws/service/eks/optimized-ami/{minor}/amazon-linux-2023/arm64/standard"
        f"/amazon-eks-node-al2023-arm64-standard-{minor}-v{release}/image_id"
    )
    assert ssm.get_parameter(Name=image)["Parameter"]["Value"].startswith("ami-")
    unknown = PARAMETERS["al2023"].format(minor="1.20")
    assert code_of(ssm.get_parameter, Name=unknown) == "ParameterNotFound"


def test_an_instance_registers_with_systems_manager_by_its_role(aws: LocalAws) -> None:
    ssm = aws.client("ssm")
    without, made = machine(aws, policy=None), machine(aws, "AmazonSSMManagedInstanceCore")

    def registered(*ids: str) -> list[tuple[str, str]]:
        found = ssm.describe_instance_information(Filters=[{"Key": "InstanceIds", "Values": ids}])
        return [
            (each["InstanceId"], each["PingStatus"]) for each in found["InstanceInformationList"]
        ]

    assert registered(without, made) == [(made, "Online")]
    assert registered(without) == []
    aws.client("ec2").stop_instances(InstanceIds=[made])
    assert registered(made) == []


def test_an_accelerator_is_deployed_after_each_change_and_deleted_from_the_inside(
    aws: LocalAws,
) -> None:
    accelerators, elb = aws.client("globalaccelerator", "us-west-2"), aws.client("elbv2")
    subnets = [each["SubnetId"] for each in aws.client("ec2").describe_subnets()["Subnets"][:2]]
    balancer = elb.create_load_balancer(Name="edge", Subnets=subnets)["LoadBalancers"][0]
    endpoints = [{"EndpointId": balancer["LoadBalancerArn"]}]
    arn = accelerators.create_accelerator(
        Name="shop", IdempotencyToken="1", Tags=[{"Key": "a", "Value": "b"}]
    )["Accelerator"]["AcceleratorArn"]

    def statuses() -> list[str]:
        described = (accelerators.describe_accelerator(AcceleratorArn=arn) for _ in range(2))
        return [each["Accelerator"]["Status"] for each in described]

    assert statuses() == ["IN_PROGRESS", "DEPLOYED"]
    assert accelerators.list_tags_for_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "a", "Value": "b"}
    ]
    ports = [{"FromPort": 80, "ToPort": 80}]
    listener = accelerators.create_listener(
        AcceleratorArn=arn, PortRanges=ports, Protocol="TCP", IdempotencyToken="2"
    )["Listener"]["ListenerArn"]
    assert statuses() == ["IN_PROGRESS", "DEPLOYED"]
    of = {"ListenerArn": listener, "IdempotencyToken": "3", "EndpointConfigurations": endpoints}
    make = accelerators.create_endpoint_group
    wrong = code_of(make, EndpointGroupRegion="eu-west-1", **of)
    assert wrong == "InvalidArgumentException"  # the load balancer is in another region
    group = make(EndpointGroupRegion="us-east-1", **of)["EndpointGroup"]
    assert group["EndpointDescriptions"][0]["HealthState"] == "HEALTHY"
    assert code_of(make, EndpointGroupRegion="us-east-1", **of) == (
        "EndpointGroupAlreadyExistsException"
    )
    changed = accelerators.update_endpoint_group(
        EndpointGroupArn=group["EndpointGroupArn"], TrafficDialPercentage=20
    )["EndpointGroup"]
    assert changed["TrafficDialPercentage"] == 20
    assert changed["EndpointDescriptions"] == group["EndpointDescriptions"]

    refused = code_of(accelerators.delete_accelerator, AcceleratorArn=arn)
    assert refused == "AcceleratorNotDisabledException"
    accelerators.update_accelerator(AcceleratorArn=arn, Enabled=False)
    refused = code_of(accelerators.delete_accelerator, AcceleratorArn=arn)
    assert refused == "AssociatedListenerFoundException"
    refused = code_of(accelerators.delete_listener, ListenerArn=listener)
    assert refused == "AssociatedEndpointGroupFoundException"
    accelerators.delete_endpoint_group(EndpointGroupArn=group["EndpointGroupArn"])
    accelerators.delete_listener(ListenerArn=listener)
    assert f"globalaccelerator:accelerator:{arn}" in aws.inventory([])
    accelerators.delete_accelerator(AcceleratorArn=arn)
    gone = code_of(accelerators.describe_accelerator, AcceleratorArn=arn)
    assert gone == "AcceleratorNotFoundException"


def test_a_replica_of_a_key_has_a_policy_and_aliases_of_its_own(aws: LocalAws) -> None:
    kms, other = aws.client("kms", "eu-west-1"), aws.client("kms", "eu-central-1")
    key = kms.create_key(MultiRegion=True, Description="primary")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/shared", TargetKeyId=key)
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    tags = [{"TagKey": "environment", "TagValue": "test"}]
    kms.replicate_key(KeyId=key, ReplicaRegion="eu-central-1", Policy=policy, Tags=tags)
    replica = other.describe_key(KeyId=key)["KeyMetadata"]
    assert replica["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    assert (replica["Description"], ":eu-central-1:" in replica["Arn"]) == ("", True)
    assert other.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == policy
    assert other.list_resource_tags(KeyId=key)["Tags"] == tags
    assert not other.list_aliases(KeyId=key)["Aliases"]
    other.create_alias(AliasName="alias/shared", TargetKeyId=key)
    other.schedule_key_deletion(KeyId=key)
    primary = kms.describe_key(KeyId="alias/shared")["KeyMetadata"]
    assert primary["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"
    assert primary["KeyState"] == "Enabled"


def test_a_replica_of_a_secret_has_the_key_that_is_given(aws: LocalAws) -> None:
    secrets, other = (
        aws.client("secretsmanager", region) for region in ("eu-west-1", "eu-central-1")
    )
    replicas = [{"Region": "eu-central-1", "KmsKeyId": "alias/shared"}]
    secrets.create_secret(Name="shop/payments", AddReplicaRegions=replicas)
    secrets.create_secret(Name="shop/mail")
    secrets.replicate_secret_to_regions(SecretId="shop/mail", AddReplicaRegions=replicas)
    for name in ("shop/payments", "shop/mail"):
        [status] = secrets.describe_secret(SecretId=name)["ReplicationStatus"]
        assert (status["Region"], status["KmsKeyId"]) == ("eu-central-1", "alias/shared")
        assert other.describe_secret(SecretId=name)["PrimaryRegion"] == "eu-west-1"
