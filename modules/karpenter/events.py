"""The EC2 and Health events that tell Karpenter to drain a node in time.

EventBridge compares `detail-type` literally: a wrong letter makes a rule that never matches and
that nobody misses until a node disappears. A test holds the five against a list of its own.

Source: https://karpenter.sh/docs/reference/cloudformation/#interruption-handling
"""

import json
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Event:
    """One kind of event.

    Attributes:
        id: last part of the rule's id in Terraform.
        name: part of the rule's name in AWS.
        source: who sends it.
        detail_type: EventBridge's name of it, literally.
        description: what it says, for the rule's description.
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
"""The five events that Karpenter 1.14 understands."""


def event_pattern(event: Event) -> str:
    """The pattern of a rule that matches one kind of event."""
    return json.dumps(
        {"source": [event.source], "detail-type": [event.detail_type]}, separators=(",", ":")
    )
