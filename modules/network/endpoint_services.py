"""Which AWS services get a VPC endpoint, and of which type. Data, without CDKTF."""

from typing import Final

from config.derived import amp
from config.environment import Environment

GATEWAY_SERVICES: Final = ("s3", "dynamodb")
"""Gateway endpoints are free, and image layers and state do not go through the NAT gateways."""

WITHOUT_PRIVATE_DNS: Final = frozenset({"dynamodb", "dynamodb-streams"})
"""Services whose interface endpoint has no private DNS name.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
"""

PRIVATE_CLUSTER_SERVICES: Final = (
    "autoscaling",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticfilesystem",
    "elasticloadbalancing",
    "kms",
    "logs",
    "secretsmanager",
    "sqs",
    "ssm",
    "ssmmessages",
    "sts",
)
"""What nodes and platform add-ons call.
https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html"""

GUARDDUTY_SERVICE: Final = "guardduty-data"
"""The service that GuardDuty's agent on the nodes uses.
https://docs.aws.amazon.com/guardduty/latest/ug/how-runtime-monitoring-works-eks.html"""

AMP_SERVICE: Final = "aps-workspaces"
"""The service that Prometheus writes to, and Grafana queries.
https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-and-interface-VPC.html"""

GLOBALLY_NAMED_IN_CHINA: Final = frozenset(
    {
        "s3",
        "dynamodb",
        "autoscaling",
        "elasticloadbalancing",
        "kms",
        "logs",
        "secretsmanager",
        "ssm",
        "ssmmessages",
        "ec2messages",
    }
)
"""Services whose endpoint service in China has the global prefix.
https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/aws-services-privatelink-support.html"""


def interface_services(environment: Environment) -> list[str]:
    """The services with an interface endpoint, in alphabetical order."""
    named = environment.network.additional_interface_endpoints
    return sorted({*needed_services(environment), *named})


def needed_services(environment: Environment) -> tuple[str, ...]:
    """The services that `network.interface_endpoints` selects as a set."""
    if environment.network.interface_endpoints != "private_cluster":
        return ()
    guardduty = environment.guardduty
    watched = guardduty.enabled and guardduty.runtime_monitoring
    return (
        *PRIVATE_CLUSTER_SERVICES,
        *((GUARDDUTY_SERVICE,) if watched else ()),
        *((AMP_SERVICE,) if amp.writes_in_region(environment) else ()),
    )


def interface_endpoint_id(service: str) -> str:
    """Construct id of an interface endpoint; a service with a gateway endpoint has both.

    Args:
        service: the service's name, for example `ecr.api`.
    """
    key = service.replace(".", "_").replace("-", "_")
    return f"{key}_interface_endpoint" if service in GATEWAY_SERVICES else f"{key}_endpoint"


def endpoint_service_name(environment: Environment, service: str) -> str:
    """The name of a service's endpoint service in the environment's region.

    In China most have the prefix `cn.com.amazonaws`.

    Args:
        service: the service's name, for example `ecr.api`.
    """
    domain = "com.amazonaws"
    if environment.partition == "aws-cn" and service not in GLOBALLY_NAMED_IN_CHINA:
        domain = "cn.com.amazonaws"
    return f"{domain}.{environment.region}.{service}"
