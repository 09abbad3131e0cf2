"""IAM permissions of the AWS Load Balancer Controller: to register pods, or all that it publishes.

The latter, of 3.5.0, have 16 statements with 5,196 characters and stay below IAM's limit with sids,
so that one policy is enough. Global Accelerator and private certificates need further permissions,
which the project publishes separately; both features are disabled.

Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/docs/install/iam_policy.json
(and iam_policy_cn.json, iam_policy_us-gov.json, which differ in the partition)
"""

from typing import Final

from config.environment import Environment
from modules.helm.contract import Policies
from modules.identity.policy import Condition, Statement

OWNED: Final[Condition] = {"Null": {"aws:ResourceTag/elbv2.k8s.aws/cluster": "false"}}
"""Matches resources made by a controller, which tags them with its cluster's name."""

TAGGED_IN_REQUEST: Final[Condition] = {"Null": {"aws:RequestTag/elbv2.k8s.aws/cluster": "false"}}
"""Matches requests that set the tag."""

KEEPS_OWNER: Final[Condition] = {
    "Null": {
        "aws:RequestTag/elbv2.k8s.aws/cluster": "true",
        "aws:ResourceTag/elbv2.k8s.aws/cluster": "false",
    }
}
"""Matches requests that keep the resource's tag."""


def makes_load_balancers(environment: Environment) -> bool:
    """Whether it may make load balancers."""
    settings = environment.platform.aws_load_balancer_controller
    if settings.load_balancers is not None:
        return settings.load_balancers
    return settings.ingresses or any(
        namespace.quota.load_balancers
        for team in environment.teams.values()
        for namespace in team.namespaces.values()
    )


def policies(environment: Environment) -> Policies:
    """The controller's permissions."""
    partition = environment.partition
    if makes_load_balancers(environment):
        return {"elb": (*_reading(), *_security_groups(partition), *_load_balancers(partition))}
    # The beginning of the names of the front door's groups, also of those that were replaced.
    groups = (
        f"arn:{partition}:elasticloadbalancing:{environment.region}:{environment.account}"
        f":targetgroup/{environment.name}-*/*"
    )
    targets = Statement("Targets", _elb("DeregisterTargets", "RegisterTargets"), [groups])
    return {"elb": (_describing(), targets)}


def _describing() -> Statement:
    return Statement(
        "Describe",
        [
            *_actions("ec2:Describe", *_DESCRIBED_OF_EC2),
            *_actions("ec2:Get", "CoipPoolUsage", "SecurityGroupsForVpc"),
            *_actions("elasticloadbalancing:Describe", *_DESCRIBED_OF_ELB),
        ],
        ["*"],
    )


def _reading() -> tuple[Statement, ...]:
    """Read access, and services that an Ingress can attach."""
    return (
        Statement(
            "CreateServiceLinkedRole",
            ["iam:CreateServiceLinkedRole"],
            ["*"],
            conditions={
                "StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}
            },
        ),
        _describing(),
        Statement(
            "AttachedServices",
            [
                *_actions("acm:", "DescribeCertificate", "ListCertificates"),
                "cognito-idp:DescribeUserPoolClient",
                *_actions("iam:", "GetServerCertificate", "ListServerCertificates"),
                *_actions("shield:", "CreateProtection", "DeleteProtection"),
                *_actions("shield:", "DescribeProtection", "GetSubscriptionState"),
                *_actions("waf-regional:", *_WEB_ACL),
                *_actions("wafv2:", *_WEB_ACL),
            ],
            ["*"],
        ),
    )


def _security_groups(partition: str) -> tuple[Statement, ...]:
    groups = f"arn:{partition}:ec2:*:*:security-group/*"
    ingress = _actions("ec2:", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress")
    created = {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}, **TAGGED_IN_REQUEST}
    return (
        Statement("SecurityGroupRules", ingress, ["*"]),
        Statement("CreateSecurityGroup", ["ec2:CreateSecurityGroup"], ["*"]),
        Statement("TagNewSecurityGroup", ["ec2:CreateTags"], [groups], conditions=created),
        Statement(
            "TagSecurityGroup",
            _actions("ec2:", "CreateTags", "DeleteTags"),
            [groups],
            conditions=KEEPS_OWNER,
        ),
        Statement(
            "OwnSecurityGroup", [*ingress, "ec2:DeleteSecurityGroup"], ["*"], conditions=OWNED
        ),
    )


def _load_balancers(partition: str) -> tuple[Statement, ...]:
    prefix = f"arn:{partition}:elasticloadbalancing:*:*:"
    group = f"{prefix}targetgroup/*/*"
    balancers = [group, f"{prefix}loadbalancer/net/*/*", f"{prefix}loadbalancer/app/*/*"]
    listeners = [
        f"{prefix}{kind}/{balancer}/*/*/*"
        for kind in ("listener", "listener-rule")
        for balancer in ("net", "app")
    ]
    tags = _elb("AddTags", "RemoveTags")
    at_creation: Condition = {
        "StringEquals": {
            "elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"]
        },
        **TAGGED_IN_REQUEST,
    }
    return (
        Statement(
            "CreateTagged",
            _elb("CreateLoadBalancer", "CreateTargetGroup"),
            ["*"],
            conditions=TAGGED_IN_REQUEST,
        ),
        Statement(
            "ListenersAndRules",
            _elb("CreateListener", "CreateRule", "DeleteListener", "DeleteRule"),
            ["*"],
        ),
        Statement("Tag", tags, balancers, conditions=KEEPS_OWNER),
        Statement("TagListeners", tags, listeners),
        Statement("Own", _elb(*_CHANGED_WHEN_OWNED), ["*"], conditions=OWNED),
        Statement("TagNew", _elb("AddTags"), balancers, conditions=at_creation),
        Statement("Targets", _elb("DeregisterTargets", "RegisterTargets"), [group]),
        Statement("Listen", _elb(*_CHANGED_ON_LISTENERS), ["*"]),
    )


def _actions(prefix: str, *names: str) -> list[str]:
    return [f"{prefix}{name}" for name in names]


def _elb(*names: str) -> list[str]:
    return _actions("elasticloadbalancing:", *names)


_WEB_ACL: Final = (
    "AssociateWebACL",
    "DisassociateWebACL",
    "GetWebACL",
    "GetWebACLForResource",
)
_DESCRIBED_OF_EC2: Final = (
    "AccountAttributes",
    "Addresses",
    "AvailabilityZones",
    "CoipPools",
    "Instances",
    "InternetGateways",
    "IpamPools",
    "NetworkInterfaces",
    "RouteTables",
    "SecurityGroups",
    "Subnets",
    "Tags",
    "VpcPeeringConnections",
    "Vpcs",
)
_DESCRIBED_OF_ELB: Final = (
    "CapacityReservation",
    "ListenerAttributes",
    "ListenerCertificates",
    "Listeners",
    "LoadBalancerAttributes",
    "LoadBalancers",
    "Rules",
    "SSLPolicies",
    "Tags",
    "TargetGroupAttributes",
    "TargetGroups",
    "TargetHealth",
    "TrustStores",
)
_CHANGED_WHEN_OWNED: Final = (
    "DeleteLoadBalancer",
    "DeleteTargetGroup",
    "ModifyCapacityReservation",
    "ModifyIpPools",
    "ModifyListenerAttributes",
    "ModifyLoadBalancerAttributes",
    "ModifyTargetGroup",
    "ModifyTargetGroupAttributes",
    "SetIpAddressType",
    "SetSecurityGroups",
    "SetSubnets",
)
_CHANGED_ON_LISTENERS: Final = (
    "AddListenerCertificates",
    "ModifyListener",
    "ModifyRule",
    "RemoveListenerCertificates",
    "SetRulePriorities",
    "SetWebAcl",
)
