"""The emulated account as `make check` sees it for an example, whose JSON a test may change."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from config.environment import Environment
from runner.check import run
from runner.check.catalog import CHECKS, IDENTITY
from runner.check.dns import Resolver
from runner.check.finding import Finding
from runner.manifest import Stack, read_manifest
from tools.emulator import LocalAws

REGION: Final = "eu-west-1"
NO_NAME_SERVER: Final = Resolver()


@dataclass(frozen=True)
class Checked:
    """What is checked: an example in the emulated account."""

    aws: LocalAws
    environment: Environment
    stacks: list[Stack]
    folder: Path
    resolver: Resolver = NO_NAME_SERVER

    def findings(self, *checks: str) -> list[Finding]:
        """All findings, or those of some checks."""
        context = run.context_of(self.environment, self.stacks, self.resolver)
        if not checks:
            return run.run(context)
        chosen = [check for check in (IDENTITY, *CHECKS) if check.name in checks]
        assert {check.name for check in chosen} == set(checks)
        return [finding for check in chosen for finding in run.run_one(check, context)]

    def by_subject(self, *checks: str) -> dict[str, Finding]:
        """The findings by their subject."""
        return {finding.subject: finding for finding in self.findings(*checks)}

    def client(self, service: str) -> Any:
        """A client for the environment's region."""
        return self.aws.client(service, REGION)

    def changed(self, *replaced: tuple[str, str], **settings: Any) -> "Checked":
        """The same with other texts in the JSON and other settings."""
        folder = Path(mkdtemp(dir=self.folder))
        outdir = Path(self.stacks[0].directory).parents[1]
        shutil.copytree(outdir, folder, dirs_exist_ok=True)
        for stack in self.stacks:
            file = folder / "stacks" / stack.name / "cdk.tf.json"
            text = file.read_text()
            for old, new in replaced:
                text = text.replace(old, new)
            json.loads(text)
            file.write_text(text)
        environment = self.environment.model_copy(update=settings)
        return replace(
            self, environment=environment, stacks=own_stacks(folder, self.environment.name)
        )

    def with_resolver(self, resolver: Resolver) -> "Checked":
        return replace(self, resolver=resolver)


def own_stacks(outdir: Path, name: str) -> list[Stack]:
    """The synthesized stacks of one environment."""
    return [stack for stack in read_manifest(outdir) if stack.environment == name]


OURS = {"environment": "prod", "managed-by": "eks-platform"}
ADMIN: Final = "arn:aws:iam::123456789012:role/platform-admin"
TRUST: Final = json.dumps({"Version": "2012-10-17", "Statement": []})
ZONE: Final = "Z0123456789ABCDEFGHIJ"


def prepare(aws: LocalAws, zone: str = "example.com") -> None:
    """Gives an account what every platform needs."""
    iam = aws.client("iam")
    iam.create_role(RoleName="platform-admin", AssumeRolePolicyDocument=TRUST)
    for service in ("spot.amazonaws.com", "autoscaling.amazonaws.com"):
        iam.create_service_linked_role(AWSServiceName=service)
    aws.make_hosted_zone(ZONE, zone)
    quotas = aws.client("service-quotas", REGION)
    for code in ("L-1216C47A", "L-34B43A08"):
        quotas.request_service_quota_increase(ServiceCode="ec2", QuotaCode=code, DesiredValue=5000)


def pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def make_named_like_full(aws: LocalAws, tags: dict[str, str]) -> None:
    """Makes things under names that the stacks of full have, one of each kind that can be taken."""
    iam = aws.client("iam")
    iam.create_role(RoleName="full-Node", AssumeRolePolicyDocument=TRUST, Tags=pairs(tags))
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    iam.create_policy(
        PolicyName="KarpenterController-full-interruption",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        Path="/elsewhere/",
        Tags=pairs(tags),
    )
    kms = aws.client("kms", REGION)
    key_tags = [{"TagKey": name, "TagValue": value} for name, value in tags.items()]
    key = kms.create_key(Tags=key_tags)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/full-cluster", TargetKeyId=key)
    aws.client("logs", REGION).create_log_group(logGroupName="/aws/eks/full/cluster", tags=tags)
    aws.client("sqs", REGION).create_queue(QueueName="Karpenter-full", tags=tags)
    aws.client("events", REGION).put_rule(
        Name="KarpenterRebalance-full", EventPattern="{}", Tags=pairs(tags)
    )
    aws.client("guardduty", REGION).create_detector(Enable=True, Tags=tags)
    aws.client("backup", REGION).create_backup_vault(
        BackupVaultName="full-backup", BackupVaultTags=tags
    )
    ec2 = aws.client("ec2", REGION)
    ec2.create_launch_template(
        LaunchTemplateName="full-system",
        LaunchTemplateData={"InstanceType": "t4g.small"},
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": pairs(tags)}],
    )
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]]
    aws.client("rds", REGION).create_db_subnet_group(
        DBSubnetGroupName="full",
        DBSubnetGroupDescription="x",
        SubnetIds=subnets,
        Tags=pairs(tags),
    )
    balancing = aws.client("elbv2", REGION)
    balancing.create_load_balancer(Name="full-edge", Subnets=subnets, Tags=pairs(tags))
    aws.client("sns", REGION).create_topic(Name="full-cost", Tags=pairs(tags))
    s3 = aws.client("s3", REGION)
    bucket = "full-edge-logs-123456789012-eu-west-1"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": pairs(tags)})


def servers(aws: LocalAws) -> list[str]:
    """The name servers of the hosted zone."""
    return aws.client("route53").get_hosted_zone(Id=ZONE)["DelegationSet"]["NameServers"]
