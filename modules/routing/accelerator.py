"""AWS Global Accelerator in front of the load balancers of all regions."""

from collections.abc import Mapping
from typing import Final

from cdktf_cdktf_provider_aws.globalaccelerator_accelerator import GlobalacceleratorAccelerator
from cdktf_cdktf_provider_aws.globalaccelerator_endpoint_group import (
    GlobalacceleratorEndpointGroup,
    GlobalacceleratorEndpointGroupEndpointConfiguration,
)
from cdktf_cdktf_provider_aws.globalaccelerator_listener import (
    GlobalacceleratorListener,
    GlobalacceleratorListenerPortRange,
)
from constructs import Construct

from config.derived import routing
from config.environment import Environment
from modules.edge.security_group import HTTP, HTTPS
from modules.routing.records import Destination

_WEIGHT: Final = 128
"""The default of the API. The provider sends 0 where none is set: the endpoint gets no traffic.
https://github.com/hashicorp/terraform-provider-aws/pull/31767"""


def accelerator(
    scope: Construct, environment: Environment, load_balancer_arns: Mapping[str, str]
) -> Destination:
    """Makes the accelerator, its listener, and an endpoint group for each region.

    Health is that of the load balancers' target groups. AWS makes network interfaces in the VPC and
    a security group: destroy this stack before the load balancers.

    Args:
        load_balancer_arns: by the code of the region.

    Source: https://docs.aws.amazon.com/global-accelerator/latest/dg/about-endpoints-endpoint-health-checks.html
    """
    name = f"{routing.owner(environment).name}-routing"
    made = GlobalacceleratorAccelerator(
        scope, "accelerator", name=name, ip_address_type="IPV4", enabled=True, tags={"Name": name}
    )
    ports = [HTTP] if environment.edge.tls == "none" else [HTTP, HTTPS]
    listener = GlobalacceleratorListener(
        scope,
        "accelerator_listener",
        accelerator_arn=made.arn,
        protocol="TCP",
        port_range=[
            GlobalacceleratorListenerPortRange(from_port=port, to_port=port) for port in ports
        ],
    )
    for each in routing.routed_regions(environment):
        key = routing.code(each)
        GlobalacceleratorEndpointGroup(
            scope,
            f"endpoint_group_{key}",
            listener_arn=listener.arn,
            endpoint_group_region=each.region,
            traffic_dial_percentage=min(routing.weight(each), 100),
            endpoint_configuration=[
                GlobalacceleratorEndpointGroupEndpointConfiguration(
                    endpoint_id=load_balancer_arns[key],
                    client_ip_preservation_enabled=True,
                    weight=_WEIGHT,
                )
            ],
        )
    return Destination(made.dns_name, made.hosted_zone_id)
