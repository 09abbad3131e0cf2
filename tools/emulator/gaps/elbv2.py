"""Elastic Load Balancing: the ARN of a load balancer contains its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.models import ELBv2Backend

from tools.emulator.gaps.moto_hooks import replace

if TYPE_CHECKING:
    from moto.elbv2.models import FakeLoadBalancer

_APPLICATION = ":loadbalancer/app/"
_KINDS = {"network": ":loadbalancer/net/", "gateway": ":loadbalancer/gwy/"}


def install() -> None:
    """Makes moto give Network and Gateway Load Balancers ARNs of their type.

    moto gives all of them that of an Application Load Balancer, from which Terraform concludes
    that a gateway's listener has the protocol HTTP. Calling it again does nothing.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
    """
    if getattr(ELBv2Backend.create_load_balancer, "emulator", False):
        return
    original = ELBv2Backend.create_load_balancer

    def create(self: ELBv2Backend, *args: Any, **kwargs: Any) -> FakeLoadBalancer:
        made = original(self, *args, **kwargs)
        kind = _KINDS.get(str(made.type))
        if kind is None:
            return made
        tags = self.tagging_service.list_tags_for_resource(made.arn)["Tags"]
        self.tagging_service.delete_all_tags_for_resource(made.arn)
        del self.load_balancers[made.arn]
        made.arn = made.arn.replace(_APPLICATION, kind)
        self.load_balancers[made.arn] = made
        self.tagging_service.tag_resource(made.arn, tags)
        return made

    vars(create)["emulator"] = True
    replace(ELBv2Backend, "create_load_balancer", create)
