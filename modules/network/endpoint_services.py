"""Which AWS services get a VPC endpoint, and of which kind. Data, without CDKTF."""

from typing import Final

from config.environment import Environment

GATEWAY_SERVICES: Final = ("s3", "dynamodb")
"""Gateway endpoints cost nothing and keep image layers and state off the NAT gateways."""

WITHOUT_PRIVATE_DNS: Final = frozenset({"dynamodb", "dynamodb-streams"})
"""Services whose interface endpoint is reached by its own names alone.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html"""

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
"""Where GuardDuty's agent on the nodes reports.
https://docs.aws.amazon.com/guardduty/latest/ug/how-runtime-monitoring-works-eks.html"""

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
"""Services whose endpoint has the global name in China, too.
https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/aws-services-privatelink-support.html"""


def interface_services(environment: Environment) -> list[str]:
    """The services that get an interface endpoint, in alphabetical order."""
    named = environment.network.additional_interface_endpoints
    return sorted({*needed_services(environment), *named})


def needed_services(environment: Environment) -> tuple[str, ...]:
    """The services that get an interface endpoint without being named one by one."""
    if environment.network.interface_endpoints != "private_cluster":
        return ()
    guardduty = environment.guardduty
    watched = guardduty.enabled and guardduty.runtime_monitoring
    return (*PRIVATE_CLUSTER_SERVICES, *((GUARDDUTY_SERVICE,) if watched else ()))


def interface_endpoint_id(service: str) -> str:
    """Id of a service's interface endpoint; a service with a gateway endpoint has two.

    Args:
        service: the service's name, for example `ecr.api`.
    """
    key = service.replace(".", "_").replace("-", "_")
    return f"{key}_interface_endpoint" if service in GATEWAY_SERVICES else f"{key}_endpoint"


def endpoint_service_name(environment: Environment, service: str) -> str:
    """The name of a service's endpoint service in the environment's region.

    China's carry the reversed domain of their partition, but for a few.

    Args:
        service: the service's name, for example `ecr.api`.
    """
    domain = "com.amazonaws"
    if environment.partition == "aws-cn" and service not in GLOBALLY_NAMED_IN_CHINA:
        domain = "cn.com.amazonaws"
    return f"{domain}.{environment.region}.{service}"
