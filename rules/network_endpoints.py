"""Rules of the VPC's interface endpoints."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Problem
from modules.network.endpoint_services import interface_endpoint_id, needed_services


def endpoints_are_named_once(environment: Environment) -> Iterator[Problem]:
    """No service is asked for twice, or in two spellings (`ecr.api` and `ecr-api`).

    Two spellings would be one name in the Terraform, and AWS knows one of them only.
    """
    needed = {interface_endpoint_id(service): service for service in needed_services(environment)}
    named: dict[str, str] = {}
    for index, service in enumerate(environment.network.additional_interface_endpoints):
        path = ("network", "additional_interface_endpoints", index)
        id_ = interface_endpoint_id(service)
        if named.get(id_) == service:
            yield Problem(path, "names a service a second time", service)
        elif (other := named.get(id_) or needed.get(id_, service)) != service:
            yield Problem(
                path, "is another spelling of a service that has an endpoint", service, other
            )
        named.setdefault(id_, service)
