"""The security groups of the cluster, made from the table in `security_group_rules.py`."""

from collections.abc import Mapping
from typing import Final

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config.derived import limits
from config.environment import Environment
from modules.cluster.auto_mode import CLUSTER_TAG
from modules.cluster.security_group_rules import (
    DESCRIPTIONS,
    CidrRule,
    Group,
    SecurityGroupRule,
    cidr_rules,
    security_group_rules,
    used_groups,
)
from modules.network.subnets import DISCOVERY_TAG

UNRESTRICTED_EGRESS: Final[frozenset[Group]] = frozenset({"node"})
"""Groups with egress to anywhere over TCP and UDP; the others may use the rules of the table only.
"""

ALL_PORTS: Final = (0, 65535)

NODE_TRAFFIC: Final[frozenset[Group]] = frozenset({"node", "control_plane"})


class SecurityGroups:
    """The groups of control plane, nodes and file system (C7, C8, H2).

    Attributes:
        ids: each group's id.
        node_rules: the rules by which nodes reach the API, each other and the internet, which a
            node needs to start.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        vpc_id: str,
        existing: Mapping[Group, str] | None = None,
    ) -> None:
        """Makes them.

        Args:
            existing: groups that another stack has made.
        """
        self._scope = scope
        found = existing or {}
        self.ids = {
            group: found.get(group) or security_group(scope, environment, group, vpc_id)
            for group in used_groups(environment)
        }
        self.node_rules: list[ITerraformDependable] = []
        for rule in security_group_rules(environment):
            self._rule(rule)
        for cidr_rule in cidr_rules(environment):
            self._cidr_rule(cidr_rule)

    def _rule(self, rule: SecurityGroupRule) -> None:
        rules: list[ITerraformDependable] = [
            VpcSecurityGroupIngressRule(
                self._scope,
                f"{rule.target}_from_{rule.source}_{rule.id}",
                security_group_id=self.ids[rule.target],
                referenced_security_group_id=self.ids[rule.source],
                description=rule.description,
                ip_protocol=rule.protocol,
                from_port=rule.port,
                to_port=rule.port,
            )
        ]
        if rule.source not in UNRESTRICTED_EGRESS or rule.protocol == "-1":
            rules.append(
                VpcSecurityGroupEgressRule(
                    self._scope,
                    f"{rule.source}_to_{rule.target}_{rule.id}",
                    security_group_id=self.ids[rule.source],
                    referenced_security_group_id=self.ids[rule.target],
                    description=rule.description,
                    ip_protocol=rule.protocol,
                    from_port=rule.port,
                    to_port=rule.port,
                )
            )
        if {rule.source, rule.target} <= NODE_TRAFFIC:
            self.node_rules += rules

    def _cidr_rule(self, cidr_rule: CidrRule) -> None:
        kind, word = VpcSecurityGroupIngressRule, "from"
        if cidr_rule.direction == "out":
            kind, word = VpcSecurityGroupEgressRule, "to"
        block = cidr_rule.cidr.replace(".", "_").replace("/", "_")
        first, last = ALL_PORTS if cidr_rule.port is None else (cidr_rule.port, cidr_rule.port)
        rule = kind(
            self._scope,
            f"{cidr_rule.group}_{word}_{block}_{cidr_rule.id}",
            security_group_id=self.ids[cidr_rule.group],
            cidr_ipv4=cidr_rule.cidr,
            description=cidr_rule.description,
            ip_protocol=cidr_rule.protocol,
            from_port=first,
            to_port=last,
        )
        if cidr_rule.direction == "out":
            self.node_rules.append(rule)


def security_group(scope: Construct, environment: Environment, group: Group, vpc_id: str) -> str:
    """Makes a group without rules; returns its id."""
    suffix = f"-{group.replace('_', '-')}"
    name = limits.shorten(f"{environment.cluster_name}{suffix}", limits.SECURITY_GROUP_NAME)
    tags = {"Name": name}
    if group == "node":
        tags |= node_tags(environment)
    return SecurityGroup(
        scope,
        f"{group}_security_group",
        name=name,
        description=DESCRIPTIONS[group],
        vpc_id=vpc_id,
        tags=tags,
    ).id


def node_tags(environment: Environment) -> dict[str, str]:
    """The tags that only one group of a node's network interface may have.

    Sources: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/security_groups/
    and https://karpenter.sh/docs/concepts/nodeclasses/#specsecuritygroupselectorterms
    """
    cluster = environment.cluster_name
    if environment.cluster.auto_mode:
        # EKS opens groups with this tag to load balancers of Services and Ingresses.
        return {CLUSTER_TAG: cluster}
    return {f"kubernetes.io/cluster/{cluster}": "owned", DISCOVERY_TAG: cluster}
