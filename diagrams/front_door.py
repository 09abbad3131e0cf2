"""The first half of a request's way: from the internet to the target groups."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from diagrams import mermaid
from diagrams.stack import Json, asked_for, output, referred, resources

INTERNET: Final = "internet"
LOAD_BALANCER: Final = "load_balancer"
NAMES: Final = "names"
CERTIFICATE: Final = "certificate"
FIREWALL: Final = "firewall"

_KINDS: Final = {
    "application": "Application Load Balancer",
    "network": "Network Load Balancer",
}


class FrontDoor:
    """What stands in front of the ingress controller.

    Attributes:
        lines: its part of the flowchart.
    """

    def __init__(self, network: Json, edge: Json) -> None:
        """Reads it.

        Args:
            network: the synthesized network stack.
            edge: the synthesized edge stack; it has a load balancer.
        """
        self._network, self._edge = network, edge
        self._listeners = {
            name: listener
            for name, listener in resources(edge, "aws_lb_listener").items()
            # The one of a Gateway Load Balancer has no port.
            if "port" in listener
        }
        self.lines = [
            mermaid.circle(INTERNET, "Internet"),
            *self._names(),
            *self._firewall(),
            *self._certificate(),
            *self._load_balancer(),
            *self._target_groups(),
            *self._requests(),
            *(line for name in self._listeners for line in self._actions(name)),
        ]

    def target_group(self, arn: str) -> str:
        """The node of a target group.

        Args:
            arn: the expression by which another stack asks for its ARN.
        """
        _, asked = asked_for(arn)
        return referred(output(self._edge, asked))[1]

    def _names(self) -> Iterator[str]:
        records = resources(self._edge, "aws_route53_record").values()
        names = [record["name"] for record in records if "alias" in record]
        if names:
            yield mermaid.node(NAMES, "Route 53", *names)
            yield mermaid.arrow(NAMES, LOAD_BALANCER, "alias", dotted=True)

    def _firewall(self) -> Iterator[str]:
        for association in resources(self._edge, "aws_wafv2_web_acl_association").values():
            _, name = referred(association["web_acl_arn"])
            rules = resources(self._edge, "aws_wafv2_web_acl")[name]["rule"]
            ordered = sorted(rules, key=lambda rule: rule["priority"])
            yield mermaid.node(FIREWALL, "Web ACL", *(rule["name"] for rule in ordered))
            yield mermaid.arrow(INTERNET, FIREWALL)

    def _certificate(self) -> Iterator[str]:
        for name, listener in self._listeners.items():
            arn = listener.get("certificate_arn")
            if arn is None:
                continue
            if arn.startswith("${"):
                yield from self._requested_certificate(arn)
            else:
                yield mermaid.node(CERTIFICATE, "ACM certificate", arn.rpartition("/")[2])
            yield mermaid.arrow(CERTIFICATE, name, dotted=True)

    def _requested_certificate(self, arn: str) -> Iterator[str]:
        _, validation = referred(arn)
        validated = resources(self._edge, "aws_acm_certificate_validation")[validation]
        _, name = referred(validated["certificate_arn"])
        certificate = resources(self._edge, "aws_acm_certificate")[name]
        method = f"validated by {certificate['validation_method']}"
        yield mermaid.node(CERTIFICATE, "ACM certificate", method)
        yield mermaid.arrow(NAMES, CERTIFICATE, "proves the names", dotted=True)

    def _load_balancer(self) -> list[str]:
        balancer = resources(self._edge, "aws_lb")[LOAD_BALANCER]
        subnets = resources(self._network, "aws_subnet")
        zones: list[str] = []
        for subnet in balancer["subnets"]:
            _, asked = asked_for(subnet)
            made = subnets[referred(output(self._network, asked))[1]]
            zones.append(f"{made['availability_zone']} {made['cidr_block']}")
        inside = [
            mermaid.node("zones", "Public subnets", *zones),
            *(
                mermaid.node(name, _speaks(listener), *_policy(listener))
                for name, listener in self._listeners.items()
            ),
        ]
        return mermaid.group(LOAD_BALANCER, _KINDS[balancer["load_balancer_type"]], inside)

    def _target_groups(self) -> list[str]:
        inside: list[str] = []
        for name, group in resources(self._edge, "aws_lb_target_group").items():
            if group["protocol"] == "GENEVE":
                continue
            check = group["health_check"]
            healthy = f"healthy: {check['path']} on port {check['port']}"
            allowed = self._cidrs("egress", group["port"])
            inside.append(mermaid.node(name, f"{_speaks(group)} to {allowed}", healthy))
        return mermaid.group("target_groups", "Target groups of pods", inside)

    def _requests(self) -> Iterator[str]:
        firewall = resources(self._edge, "aws_wafv2_web_acl_association")
        for name, listener in self._listeners.items():
            allowed = f"from {self._cidrs('ingress', listener['port'])}"
            yield mermaid.arrow(FIREWALL if firewall else INTERNET, name, allowed)

    def _cidrs(self, direction: str, port: int) -> str:
        """The address blocks that the load balancer's group lets through on a port."""
        rules = resources(self._edge, f"aws_vpc_security_group_{direction}_rule").values()
        return ", ".join(
            rule["cidr_ipv4"] for rule in rules if rule["from_port"] <= port <= rule["to_port"]
        )

    def _actions(self, name: str) -> Iterator[str]:
        for action in self._listeners[name]["default_action"]:
            yield self._action(name, action)
        for rule in resources(self._edge, "aws_lb_listener_rule").values():
            if referred(rule["listener_arn"])[1] == name:
                for condition in rule["condition"]:
                    for action in rule["action"]:
                        yield self._action(name, action, *condition["path_pattern"]["values"])

    def _action(self, name: str, action: Mapping[str, Any], *label: str) -> str:
        if action["type"] == "forward":
            return mermaid.arrow(name, referred(action["target_group_arn"])[1], *label)
        redirect = action["redirect"]
        target = next(
            other
            for other, listener in self._listeners.items()
            if str(listener["port"]) == redirect["port"]
        )
        return mermaid.arrow(name, target, *label, redirect["status_code"])


def _speaks(body: Mapping[str, Any]) -> str:
    return f"{body['protocol']} {body['port']}"


def _policy(listener: Mapping[str, Any]) -> tuple[str, ...]:
    policy = listener.get("ssl_policy")
    return (policy,) if policy else ()
