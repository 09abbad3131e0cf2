"""The EC2 and AWS Health events that make Karpenter drain a node.

EventBridge compares `detail-type` literally: a typing error makes a rule that never matches,
unnoticed until a node disappears. A test compares the five with its own list.

Source: https://karpenter.sh/docs/reference/cloudformation/#interruption-handling
"""

import json
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Event:
    """An event.

    Attributes:
        id: last part of the rule's construct id.
        name: part of the rule's name in AWS.
        source: who sends it.
        detail_type: EventBridge's literal name of it.
        description: the rule's description.
    """

    id: str
    name: str
    source: str
    detail_type: str
    description: str


EVENTS: Final = (
    Event(
        "scheduled_change",
        "ScheduledChange",
        "aws.health",
        "AWS Health Event",
        "AWS maintains or retires an instance",
    ),
    Event(
        "spot_interruption",
        "SpotInterruption",
        "aws.ec2",
        "EC2 Spot Instance Interruption Warning",
        "EC2 takes a Spot instance back in two minutes",
    ),
    Event(
        "rebalance",
        "Rebalance",
        "aws.ec2",
        "EC2 Instance Rebalance Recommendation",
        "A Spot instance is likely to be interrupted",
    ),
    Event(
        "instance_state_change",
        "InstanceStateChange",
        "aws.ec2",
        "EC2 Instance State-change Notification",
        "An instance stops or terminates",
    ),
    Event(
        "capacity_reservation_interruption",
        "CapacityReservationInterruption",
        "aws.ec2",
        "EC2 Capacity Reservation Instance Interruption Warning",
        "EC2 takes an instance in a capacity reservation back",
    ),
)
"""The five events that Karpenter 1.14 handles."""


def event_pattern(event: Event) -> str:
    """The event pattern of a rule."""
    return json.dumps(
        {"source": [event.source], "detail-type": [event.detail_type]}, separators=(",", ":")
    )
