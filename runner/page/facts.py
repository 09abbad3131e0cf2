"""All that a page says of an environment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from config.derived import ip_plan
from config.environment import Environment
from modules.capacity.addresses import AddressReport, address_report
from modules.capacity.report import capacity_report
from runner.bill.calculate import make_bill
from runner.bill.lines import MonthlyBill
from runner.capacity import capacity_data
from runner.manifest import Stack
from runner.page.connections import Connections, connections
from runner.page.protection import ProtectedResource, protected_resources
from runner.page.requests import Way, ways
from runner.page.software import MinorSupport, Software, software, support


@dataclass(frozen=True)
class Facts:
    """An environment, its stacks, and what the commands know of them.

    Attributes:
        today: the day of the bill and of all ages.
    """

    environment: Environment
    stacks: Sequence[Stack]
    today: date

    @cached_property
    def plan(self) -> ip_plan.IpPlan:
        """The addresses, as `make ip-plan` has them."""
        return ip_plan.plan(self.environment.network)

    @cached_property
    def bill(self) -> MonthlyBill:
        """The bill, as `make bill` has it."""
        return make_bill(self.environment, self.stacks, self.today)

    @cached_property
    def capacity(self) -> Mapping[str, Any]:
        """The capacity, as `make capacity` has it."""
        return capacity_data(self.environment)

    @cached_property
    def addresses(self) -> AddressReport:
        """The addresses of nodes and pods by zone, likewise."""
        return address_report(self.environment)

    @cached_property
    def ways(self) -> list[Way]:
        """The ways of requests."""
        return ways(self.environment, self.stacks, capacity_report(self.environment).pods)

    @cached_property
    def software(self) -> list[Software]:
        """The versions in use."""
        return software(self.environment, self.stacks, self.today)

    @cached_property
    def support(self) -> MinorSupport | None:
        """The support of the Kubernetes minor."""
        return support(self.environment, self.today)

    @cached_property
    def connections(self) -> Connections:
        """Who reaches whom."""
        return connections(self.environment, self.stacks)

    @cached_property
    def protected(self) -> list[ProtectedResource]:
        """What a destroy does not delete."""
        return protected_resources(self.stacks)

    @cached_property
    def resources(self) -> dict[str, Mapping[str, Any]]:
        """The resources by stack and address."""
        return {
            f"{stack.short_name} {type_}.{name}": body
            for stack in self.stacks
            for type_, bodies in stack.document.get("resource", {}).items()
            for name, body in bodies.items()
        }

    @cached_property
    def resource_counts(self) -> Counter[str]:
        """The number of resources of each stack."""
        return Counter(key.partition(" ")[0] for key in self.resources)
