"""What EKS reads, creates and deletes in other services of the same account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends

from tools.emulator.gaps import logs

if TYPE_CHECKING:
    from moto.ec2.models import EC2Backend


class Surroundings:
    """The neighbours of an EKS resource."""

    def __init__(self, account: str, region: str, partition: str) -> None:
        self._ec2: EC2Backend = ec2_backends[account][region]
        self._iam = iam_backends[account][partition]
        self._logs = logs_backends[account][region]

    def subnet(self, subnet_id: str) -> Any:
        """Returns a subnet, or none if there is none with this id."""
        try:
            return self._ec2.get_subnet(subnet_id)
        except EC2ClientError:
            return None

    def has_security_group(self, group_id: str) -> bool:
        """Whether a security group exists."""
        return self._ec2.get_security_group_from_id(group_id) is not None

    def trust_policy(self, role_arn: str) -> dict[str, Any] | None:
        """Returns the trust policy of a role, or none if there is no such role."""
        try:
            role = self._iam.get_role_by_arn(role_arn)
        except NotFoundException:
            return None
        return json.loads(role.assume_role_policy_document)

    def launch_template_data(self, specification: dict[str, Any]) -> dict[str, Any] | None:
        """Returns the data of the launch template version that a node group names, or none."""
        try:
            template = (
                self._ec2.get_launch_template(specification["id"])
                if specification.get("id")
                else self._ec2.get_launch_template_by_name(specification["name"])
            )
            return template.get_version(specification.get("version") or "$Default").data
        except EC2ClientError:
            return None

    def create_cluster_security_group(self, cluster: str, vpc_id: str, suffix: str) -> str:
        """Creates the cluster security group and lets its members talk to each other.

        Source: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
        """
        name = f"eks-cluster-sg-{cluster}-{suffix}"
        group = self._ec2.create_security_group(
            name,
            "EKS created security group applied to ENI that is attached to EKS Control Plane "
            "master nodes, as well as any managed workloads.",
            vpc_id=vpc_id,
            tags={
                "Name": name,
                "aws:eks:cluster-name": cluster,
                f"kubernetes.io/cluster/{cluster}": "owned",
            },
        )
        own = {"GroupId": group.id}
        self._ec2.authorize_security_group_ingress(
            group.id, "-1", "", "", [], source_groups=[own], vpc_id=vpc_id
        )
        return group.id

    def delete_security_group(self, group_id: str) -> None:
        """Takes a security group away, unless a rule of another group names it.

        EKS does not say so: the group stays, and keeps its VPC from being deleted.
        """
        if not self._is_named_by_others(group_id):
            self._ec2.delete_security_group(group_id=group_id)

    def _is_named_by_others(self, group_id: str) -> bool:
        return any(
            rule.source_group.get("GroupId") == group_id
            for groups in self._ec2.groups.values()
            for group in groups.values()
            if group.id != group_id
            for rule in (*group.ingress_rules, *group.egress_rules)
        )

    def create_interfaces(self, cluster: str, subnets: list[str], groups: list[str]) -> list[str]:
        """Puts the control plane's network interfaces into subnets, which then cannot be deleted.

        Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
        """
        return [
            self._ec2.create_network_interface(
                self._ec2.get_subnet(subnet),
                "",
                group_ids=groups,
                description=f"Amazon EKS {cluster}",
            ).id
            for subnet in subnets
        ]

    def delete_interfaces(self, interfaces: list[str]) -> None:
        """Takes network interfaces away."""
        for interface in interfaces:
            self._ec2.enis.pop(interface, None)

    def ensure_log_group(self, cluster: str) -> None:
        """Creates the log group of a cluster if it is missing, as EKS does: without key and expiry.

        Source: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
        """
        name = _log_group(cluster)
        logs.expect_no_late_lines(self._logs, name)
        if name not in self._logs.groups:
            self._logs.create_log_group(name, {})

    def write_late_lines(self, cluster: str) -> None:
        """Lets the last lines of a deleted cluster come when its log group is deleted, too."""
        logs.expect_late_lines(self._logs, _log_group(cluster))


def _log_group(cluster: str) -> str:
    return f"/aws/eks/{cluster}/cluster"
