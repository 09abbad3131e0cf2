"""The load balancers of `edge`: the public one, and the internal one of `edge.internal`."""

from dataclasses import dataclass
from typing import Final

from config.derived.ip_plan import Tier
from config.environment import Environment
from config.problem import Path
from config.sections.edge import Edge
from config.sections.edge_internal import InternalLoadBalancer
from config.sections.edge_load_balancers import passes_tls_through
from config.types.edge import Scheme

INTERNAL: Final = "internal"


@dataclass(frozen=True)
class FrontDoor:
    """One of the load balancers, and the ingress controller behind it; it may be switched off."""

    environment: Environment
    scheme: Scheme

    @property
    def is_internal(self) -> bool:
        """Whether it is in the private subnets."""
        return self.scheme == INTERNAL

    @property
    def settings(self) -> Edge | InternalLoadBalancer:
        """Its settings."""
        edge = self.environment.edge
        return edge.internal if self.is_internal else edge

    @property
    def path(self) -> Path:
        """The path of its settings."""
        return ("edge", "internal") if self.is_internal else ("edge",)

    @property
    def enabled(self) -> bool:
        """Whether there is such a load balancer."""
        return self.settings.enabled

    @property
    def is_alb(self) -> bool:
        """Whether it is an Application Load Balancer."""
        return self.settings.load_balancer == "alb"

    @property
    def serves_tls(self) -> bool:
        """Whether clients are served with HTTPS; the controller serves it without load balancer."""
        return not (self.enabled and self.settings.tls == "none")

    @property
    def writes_access_logs(self) -> bool:
        """Whether it writes an access log: an NLB that passes TLS through writes none.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
        """
        own = self.settings
        return self.environment.edge.access_logs.enabled and not passes_tls_through(
            own.load_balancer, own.nlb
        )

    @property
    def tier(self) -> Tier:
        """The subnets that it is in."""
        return "private" if self.is_internal else "public"

    @property
    def class_name(self) -> str:
        """Name of the IngressClass of its controller."""
        name = self.environment.platform.ingress.class_name
        return f"{name}-{INTERNAL}" if self.is_internal else name

    @property
    def is_default_class(self) -> bool:
        """Whether Ingresses without a class get its class: the internal one only if it is alone."""
        first = not (self.is_internal and self.environment.edge.enabled)
        return first and self.environment.platform.ingress.default_class

    @property
    def has_controller(self) -> bool:
        """Whether there is an ingress controller for it.

        The controller of a public load balancer that is switched off stays, unless there is an
        internal one.
        """
        return self.enabled or not (self.is_internal or self.environment.edge.internal.enabled)

    @property
    def target_ports(self) -> tuple[int, ...]:
        """The ports that it connects to, without duplicates, in ascending order.

        Its egress rules and the ingress rules of the nodes both use them.
        """
        targets = self.environment.targets
        ports = {targets.http_port, targets.health_check_port}
        if "https" in self.settings.target_groups:
            ports.add(targets.https_port)
        return tuple(sorted(ports))

    def prefixed(self, name: str) -> str:
        """A construct id or an output of the edge stack, with `internal_` for the internal one."""
        return f"{INTERNAL}_{name}" if self.is_internal else name


def public(environment: Environment) -> FrontDoor:
    """The public load balancer."""
    return FrontDoor(environment, "public")


def internal(environment: Environment) -> FrontDoor:
    """The internal load balancer."""
    return FrontDoor(environment, INTERNAL)


def front_doors(environment: Environment) -> tuple[FrontDoor, ...]:
    """The load balancers that there are."""
    return tuple(door for door in (public(environment), internal(environment)) if door.enabled)


def gateway_door(environment: Environment) -> FrontDoor:
    """The load balancer that the Gateway of `platform.ingress.gateway_api` is behind.

    It is the public one, unless only the internal one is there.
    """
    return chosen(environment, None)


def chosen(environment: Environment, scheme: Scheme | None) -> FrontDoor:
    """The load balancer that an add-on names; the public one by default, unless it is off."""
    if scheme is None:
        only = environment.edge.internal.enabled and not environment.edge.enabled
        scheme = INTERNAL if only else "public"
    return FrontDoor(environment, scheme)
