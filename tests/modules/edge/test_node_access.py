"""Security group rules from the load balancer to the nodes (C9)."""

from typing import Any

from modules.edge.node_access import node_access
from modules.remote_state import RemoteOutputs
from support.environments import environment
from support.one_module import resources_of

RULES = "aws_vpc_security_group_ingress_rule"


def rules(**settings: Any) -> dict[str, dict[str, Any]]:
    made = environment(edge=settings)
    built = resources_of(lambda stack: node_access(stack, made, RemoteOutputs(stack, made)))
    assert set(built) <= {RULES}
    return built.get(RULES, {})


def test_nodes_allow_the_load_balancer_on_its_targets_ports_only() -> None:
    made = rules(targets={"http_port": 8080, "health_check_port": 9113})
    states = "${data.terraform_remote_state"
    for rule in made.values():
        assert rule["security_group_id"] == f"{states}.cluster.outputs.node_security_group_id}}"
        source = f"{states}.edge.outputs.load_balancer_security_group_id}}"
        assert rule["referenced_security_group_id"] == source
        assert rule["ip_protocol"] == "tcp"
        assert rule["description"]
    ports = {(rule["from_port"], rule["to_port"]) for rule in made.values()}
    assert ports == {(8080, 8080), (9113, 9113)}


def test_without_a_load_balancer_there_is_no_rule() -> None:
    assert rules(enabled=False) == {}
