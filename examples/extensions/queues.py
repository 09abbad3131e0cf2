"""The queue of the example queue-workers, in a stack of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extension_api import Environment, stack

if TYPE_CHECKING:
    from extension_api import EnvironmentStack, RemoteOutputs


def has_workers(environment: Environment) -> bool:
    """Whether an environment has the workers of the queue."""
    return environment.name == "queue-workers"


@stack("queues", after=("network",), when=has_workers)
def queues(stack: EnvironmentStack, outputs: RemoteOutputs) -> None:
    """The queue, and a way to it that does not leave the VPC."""
    from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue  # noqa: PLC0415
    from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint  # noqa: PLC0415

    from extension_api import Output, add_outputs  # noqa: PLC0415

    queue = SqsQueue(
        stack,
        "orders",
        name="shop-orders",
        sqs_managed_sse_enabled=True,
        message_retention_seconds=14 * 24 * 3600,
    )
    VpcEndpoint(
        stack,
        "sqs",
        vpc_id=outputs.get("network.vpc_id"),
        service_name=f"com.amazonaws.{stack.environment.region}.sqs",
        vpc_endpoint_type="Interface",
        subnet_ids=[
            outputs.get(f"network.private_subnet_ids.{zone}")
            for zone in stack.environment.network.availability_zones
        ],
        private_dns_enabled=True,
    )
    add_outputs(stack, {"queue_url": Output(queue.url, "Address of the queue")})
