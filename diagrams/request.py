"""A request's way: from the internet to the pods of an application."""

from collections.abc import Sequence

from diagrams import mermaid
from diagrams.front_door import FrontDoor
from diagrams.ingress import Ingress, Manifest
from diagrams.stack import Json


def request_picture(
    network: Json, edge: Json, platform: Json, application: Sequence[Manifest]
) -> str:
    """Draws a request's way (requirement F2).

    Solid arrows are the way of packets. Dotted ones are what makes it possible: names and
    certificates.

    Args:
        network: the synthesized network stack.
        edge: the synthesized edge stack, with a load balancer.
        platform: the synthesized platform stack.
        application: the objects of an application; drawn where the ingress controller serves it.

    Returns:
        A Mermaid flowchart.
    """
    door = FrontDoor(network, edge)
    ingress = Ingress(platform, application, door.target_group)
    return mermaid.flowchart([*door.lines, *ingress.lines])
