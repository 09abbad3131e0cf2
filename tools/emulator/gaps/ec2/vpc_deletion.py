"""EC2: what goes away with its owner, and what must be gone before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.responses import EC2Response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.core.responses import ActionResult


class VpcDeletion(EC2Response):
    """EC2 that deletes and refuses to delete as AWS does, so that a wrong destroy order shows.

    Sources: https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html,
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html,
    https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html
    """

    def delete_vpc(self) -> ActionResult:
        """Answers DeleteVpc; the default network ACL goes with the VPC."""
        answer = super().delete_vpc()
        vpc_id = self._get_param("VpcId")
        acls = self.ec2_backend.network_acls
        for acl_id in [acl.id for acl in acls.values() if acl.default and acl.vpc_id == vpc_id]:
            del acls[acl_id]
        return answer

    def delete_nat_gateway(self) -> ActionResult:
        """Answers DeleteNatGateway; its network interface goes with the gateway."""
        answer = super().delete_nat_gateway()
        gateway: Any = self.ec2_backend.nat_gateways[self._get_param("NatGatewayId")]
        interfaces = {address["networkInterfaceId"] for address in gateway.address_set}
        for interface_id in interfaces:
            self.ec2_backend.enis.pop(interface_id, None)
        return answer

    def terminate_instances(self) -> ActionResult:
        """Answers TerminateInstances; the primary network interface goes with its instance."""
        answer = super().terminate_instances()
        ids = set(self._get_param("InstanceIds", []))
        for interface in self._interfaces():
            if interface.instance and interface.instance.id in ids and interface.device_index == 0:
                del self.ec2_backend.enis[interface.id]
        return answer

    def delete_subnet(self) -> ActionResult:
        """Answers DeleteSubnet; refused while a network interface is in the subnet."""
        subnet_id = self._get_param("SubnetId")
        if any(eni.subnet.id == subnet_id for eni in self._interfaces()):
            raise DependencyViolationError(
                f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
            )
        return super().delete_subnet()

    def delete_security_group(self) -> ActionResult:
        """Answers DeleteSecurityGroup; refused while something uses or names the group."""
        group_id = self._get_param("GroupId")
        if group_id and group_id in {*self._groups_in_use(), *self._groups_named_by_others()}:
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        return super().delete_security_group()

    def _groups_in_use(self) -> Iterator[str]:
        for interface in self._interfaces():
            yield from (group.id for group in interface.group_set)
        for endpoint in self.ec2_backend.vpc_end_points.values():
            if endpoint.state != "deleted":
                yield from endpoint.security_group_ids

    def _groups_named_by_others(self) -> Iterator[str]:
        for groups in self.ec2_backend.groups.values():
            for group in groups.values():
                for rule in (*group.ingress_rules, *group.egress_rules):
                    named = rule.source_group.get("GroupId")
                    if named and named != group.id:
                        yield named

    def _interfaces(self) -> list[Any]:
        return list(self.ec2_backend.enis.values())
