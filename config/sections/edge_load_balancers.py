"""What the load balancers of `edge` have in common: types, TLS, settings of an NLB."""

from typing import Literal

from config.settings import Settings

LoadBalancerType = Literal["alb", "nlb"]

TargetGroup = Literal["http", "https"]

Tls = Literal["terminated", "passed_through", "none"]


class Nlb(Settings):
    """Settings of a Network Load Balancer."""

    tls: Literal["passthrough", "terminate"] = "passthrough"
    """Pass TLS through to the pods, which present their own certificate, or terminate it with the
    ACM certificate and re-encrypt."""

    cross_zone: bool = True
    """Cross-zone load balancing: distribute connections over the pods in all zones. AWS charges for
    traffic between zones. If disabled, each zone's connections reach the pods in that zone only."""


def passes_tls_through(type_: LoadBalancerType, nlb: Nlb) -> bool:
    """Whether a load balancer passes TLS through to the pods."""
    return type_ == "nlb" and nlb.tls == "passthrough"


def target_groups(tls: Tls) -> tuple[TargetGroup, ...]:
    """The target groups of a load balancer; without TLS there is none for HTTPS."""
    return ("http",) if tls == "none" else ("http", "https")
