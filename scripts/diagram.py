"""Draws the network of prod.yaml from its synthesized stack into the README, as Mermaid."""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

import bindings  # noqa: E402

bindings.install()

from config.loader import load  # noqa: E402
from stacks.app import synthesize  # noqa: E402

BEGIN: Final = "<!-- diagram: written by `make docs` -->"
END: Final = "<!-- end of diagram -->"

_REFERENCE: Final = re.compile(r"\$\{(\w+)\.(\w+)\.\w+\}")


def diagram(network: dict[str, Any]) -> str:
    """Draws a synthesized network stack.

    Args:
        network: the JSON of the stack.

    Returns:
        A Mermaid flowchart: subnets by zone, and a line for every route and gateway.
    """
    resources: dict[str, dict[str, Any]] = network["resource"]
    subnets = resources["aws_subnet"]
    lines = ["flowchart LR", '  internet(("Internet"))', '  igw["Internet gateway"]']
    lines.append(f'  subgraph vpc["VPC {resources["aws_vpc"]["vpc"]["cidr_block"]}"]')
    gateways = {
        _name(gateway["subnet_id"]): name for name, gateway in resources["aws_nat_gateway"].items()
    }
    for zone in sorted({subnet["availability_zone"] for subnet in subnets.values()}):
        lines.append(f'    subgraph {zone}["{zone}"]')
        for name, subnet in subnets.items():
            if subnet["availability_zone"] == zone:
                tier = name.rpartition("_")[0]
                lines.append(f'      {name}["{tier}<br/>{subnet["cidr_block"]}"]')
                if gateway := gateways.get(name):
                    lines.append(f'      {gateway}["NAT gateway"]')
        lines.append("    end")
    lines += ["  end", "  internet <--> igw"]
    lines += [f"  {gateway} --> igw" for gateway in gateways.values()]
    lines += _routes(resources)
    for name in resources["aws_vpc_endpoint"]:
        lines.append(f'  {name}[("{name.removesuffix("_endpoint")} endpoint")]')
    lines += [f"  vpc -.-> {name}" for name in resources["aws_vpc_endpoint"]]
    return "\n".join(lines)


def _routes(resources: dict[str, dict[str, Any]]) -> list[str]:
    subnets: dict[str, list[str]] = {}
    for association in resources["aws_route_table_association"].values():
        table = _name(association["route_table_id"])
        subnets.setdefault(table, []).append(_name(association["subnet_id"]))
    lines: list[str] = []
    for route in resources["aws_route"].values():
        nat = route.get("nat_gateway_id")
        target = _name(nat) if nat else "igw"
        lines += [f"  {subnet} --> {target}" for subnet in subnets[_name(route["route_table_id"])]]
    return lines


def _name(reference: str) -> str:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        msg = f"{reference} does not refer to one resource"
        raise ValueError(msg)
    return match[2]


def readme_with_diagram(readme: str) -> str:
    """Replaces the diagram between the README's markers by a new one."""
    with tempfile.TemporaryDirectory() as folder:
        synthesize(load(["prod"]), Path(folder))
        stack = Path(folder) / "stacks" / "prod-network" / "cdk.tf.json"
        drawn = diagram(json.loads(stack.read_text()))
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n```mermaid\n{drawn}\n```\n{END}{after}"


def main() -> None:
    """Rewrites README.md."""
    path = PROJECT / "README.md"
    path.write_text(readme_with_diagram(path.read_text()))


if __name__ == "__main__":
    main()
