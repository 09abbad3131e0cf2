"""Which calls list which resources: the data behind `emulator.inventory`.

Paths are JMESPath expressions that give the ids of a page, filtered where a service mixes its own
resources with those that a client created.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ListCall:
    """A call that lists the resources of one type.

    Attributes:
        service: The service, as boto3 names it.
        type: The resource type, as the inventory prints it.
        operation: The boto3 method.
        path: The JMESPath expression of the ids.
        arguments: The arguments of the call.
    """

    service: str
    type: str
    operation: str
    path: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ParentCall:
    """A call that lists the resources of one type inside each parent.

    Attributes:
        parents: The call that lists the parents.
        parameter: The parameter that names the parent.
        service: The service, as boto3 names it.
        type: The resource type, as the inventory prints it.
        operation: The boto3 method.
        path: The JMESPath expression of the ids.
    """

    parents: ListCall
    parameter: str
    type: str
    operation: str
    path: str

    @property
    def service(self) -> str:
        """The service of the parents, which is that of the children."""
        return self.parents.service


GLOBAL = (
    ListCall("budgets", "budget", "describe_budgets", "Budgets[].BudgetName"),
    ListCall("ce", "anomaly-monitor", "get_anomaly_monitors", "AnomalyMonitors[].MonitorArn"),
    ListCall(
        "ce",
        "anomaly-subscription",
        "get_anomaly_subscriptions",
        "AnomalySubscriptions[].SubscriptionArn",
    ),
    ListCall(
        "globalaccelerator", "accelerator", "list_accelerators", "Accelerators[].AcceleratorArn"
    ),
    ListCall("iam", "role", "list_roles", "Roles[].RoleName"),
    ListCall("iam", "user", "list_users", "Users[].UserName"),
    ListCall("iam", "group", "list_groups", "Groups[].GroupName"),
    ListCall("iam", "policy", "list_policies", "Policies[].Arn", {"Scope": "Local"}),
    ListCall(
        "iam",
        "instance-profile",
        "list_instance_profiles",
        "InstanceProfiles[].InstanceProfileName",
    ),
    ListCall(
        "iam",
        "oidc-provider",
        "list_open_id_connect_providers",
        "OpenIDConnectProviderList[].Arn",
    ),
    ListCall("route53", "hosted-zone", "list_hosted_zones", "HostedZones[].Id"),
    ListCall("route53", "health-check", "list_health_checks", "HealthChecks[].Id"),
    ListCall("s3", "bucket", "list_buckets", "Buckets[].Name"),
)

_EC2 = (
    ("vpc", "describe_vpcs", "Vpcs[].VpcId"),
    ("subnet", "describe_subnets", "Subnets[].SubnetId"),
    ("route-table", "describe_route_tables", "RouteTables[].RouteTableId"),
    ("internet-gateway", "describe_internet_gateways", "InternetGateways[].InternetGatewayId"),
    (
        "egress-only-internet-gateway",
        "describe_egress_only_internet_gateways",
        "EgressOnlyInternetGateways[].EgressOnlyInternetGatewayId",
    ),
    (
        "nat-gateway",
        "describe_nat_gateways",
        "NatGateways[?State!='deleted' && State!='deleting'].NatGatewayId",
    ),
    ("elastic-ip", "describe_addresses", "Addresses[].AllocationId"),
    ("vpc-endpoint", "describe_vpc_endpoints", "VpcEndpoints[?State!='deleted'].VpcEndpointId"),
    (
        "vpc-endpoint-service",
        "describe_vpc_endpoint_service_configurations",
        "ServiceConfigurations[].ServiceId",
    ),
    (
        "network-interface",
        "describe_network_interfaces",
        "NetworkInterfaces[].NetworkInterfaceId",
    ),
    ("network-acl", "describe_network_acls", "NetworkAcls[].NetworkAclId"),
    ("security-group", "describe_security_groups", "SecurityGroups[].GroupId"),
    ("flow-log", "describe_flow_logs", "FlowLogs[].FlowLogId"),
    ("launch-template", "describe_launch_templates", "LaunchTemplates[].LaunchTemplateId"),
    (
        "instance",
        "describe_instances",
        "Reservations[].Instances[?State.Name!='terminated'].InstanceId[]",
    ),
    ("volume", "describe_volumes", "Volumes[].VolumeId"),
    ("snapshot", "describe_snapshots", "Snapshots[].SnapshotId"),
    ("key-pair", "describe_key_pairs", "KeyPairs[].KeyPairId"),
    (
        "peering-connection",
        "describe_vpc_peering_connections",
        "VpcPeeringConnections[?Status.Code!='deleted'].VpcPeeringConnectionId",
    ),
    (
        "transit-gateway",
        "describe_transit_gateways",
        "TransitGateways[?State!='deleted'].TransitGatewayId",
    ),
)

REGIONAL = (
    *(ListCall("ec2", kind, operation, path) for kind, operation, path in _EC2),
    ListCall(
        "ec2",
        "prefix-list",
        "describe_managed_prefix_lists",
        "PrefixLists[?OwnerId!='AWS' && State!='delete-complete'].PrefixListId",
    ),
    ListCall("acm", "certificate", "list_certificates", "CertificateSummaryList[].CertificateArn"),
    ListCall(
        "autoscaling",
        "group",
        "describe_auto_scaling_groups",
        "AutoScalingGroups[].AutoScalingGroupName",
    ),
    ListCall("backup", "plan", "list_backup_plans", "BackupPlansList[].BackupPlanId"),
    ListCall("backup", "vault", "list_backup_vaults", "BackupVaultList[].BackupVaultName"),
    ListCall("cloudtrail", "trail", "list_trails", "Trails[].TrailARN"),
    ListCall("cloudwatch", "alarm", "describe_alarms", "MetricAlarms[].AlarmName"),
    ListCall("dynamodb", "table", "list_tables", "TableNames[]"),
    ListCall("ecr", "repository", "describe_repositories", "repositories[].repositoryName"),
    ListCall(
        "ecr",
        "pull-through-cache-rule",
        "describe_pull_through_cache_rules",
        "pullThroughCacheRules[].ecrRepositoryPrefix",
    ),
    ListCall(
        "ecr",
        "creation-template",
        "describe_repository_creation_templates",
        "repositoryCreationTemplates[].prefix",
    ),
    ListCall("efs", "file-system", "describe_file_systems", "FileSystems[].FileSystemId"),
    ListCall("efs", "access-point", "describe_access_points", "AccessPoints[].AccessPointId"),
    ListCall("eks", "cluster", "list_clusters", "clusters[]"),
    ListCall(
        "elbv2", "load-balancer", "describe_load_balancers", "LoadBalancers[].LoadBalancerArn"
    ),
    ListCall("elbv2", "target-group", "describe_target_groups", "TargetGroups[].TargetGroupArn"),
    ListCall("events", "rule", "list_rules", "Rules[].Name"),
    ListCall("guardduty", "detector", "list_detectors", "DetectorIds[]"),
    ListCall(
        "kms", "alias", "list_aliases", "Aliases[?!starts_with(AliasName, 'alias/aws/')].AliasName"
    ),
    ListCall("lambda", "function", "list_functions", "Functions[].FunctionName"),
    ListCall("logs", "log-group", "describe_log_groups", "logGroups[].logGroupName"),
    ListCall(
        "rds", "subnet-group", "describe_db_subnet_groups", "DBSubnetGroups[].DBSubnetGroupName"
    ),
    ListCall("rds", "instance", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"),
    ListCall("secretsmanager", "secret", "list_secrets", "SecretList[].Name"),
    ListCall("sns", "topic", "list_topics", "Topics[].TopicArn"),
    ListCall("sqs", "queue", "list_queues", "QueueUrls[]"),
    ListCall(
        "ssm",
        "parameter",
        "describe_parameters",
        "Parameters[?!starts_with(Name, '/aws/service/')].Name",
    ),
    ListCall("wafv2", "web-acl", "list_web_acls", "WebACLs[].ARN", {"Scope": "REGIONAL"}),
)

_CLUSTERS = ListCall("eks", "cluster", "list_clusters", "clusters[]")

PER_PARENT = (
    ParentCall(
        ListCall("ec2", "subnet", "describe_subnets", "Subnets[].SubnetId"),
        "SubnetId",
        "subnet-cidr-reservation",
        "get_subnet_cidr_reservations",
        "SubnetIpv4CidrReservations[].SubnetCidrReservationId",
    ),
    ParentCall(
        ListCall("efs", "file-system", "describe_file_systems", "FileSystems[].FileSystemId"),
        "FileSystemId",
        "mount-target",
        "describe_mount_targets",
        "MountTargets[].MountTargetId",
    ),
    ParentCall(
        ListCall("kms", "key", "list_keys", "Keys[].KeyId"),
        "KeyId",
        "key",
        "describe_key",
        "[KeyMetadata][?KeyManager=='CUSTOMER' && KeyState!='PendingDeletion'].KeyId",
    ),
    ParentCall(_CLUSTERS, "clusterName", "addon", "list_addons", "addons[]"),
    ParentCall(
        _CLUSTERS,
        "clusterName",
        "pod-identity-association",
        "list_pod_identity_associations",
        "associations[].associationId",
    ),
    ParentCall(_CLUSTERS, "clusterName", "nodegroup", "list_nodegroups", "nodegroups[]"),
    ParentCall(
        _CLUSTERS,
        "clusterName",
        "fargate-profile",
        "list_fargate_profiles",
        "fargateProfileNames[]",
    ),
)
