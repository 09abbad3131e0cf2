"""Construct ids of DNS records, and the domains that ACM validates by one."""

from config.sections.edge import Edge
from config.sections.edge_internal import InternalLoadBalancer


def record_id(kind: str, name: str) -> str:
    """The id of a record: `<kind>_<name>`, with underscores for dots.

    Ids are unique: host names contain no underscore, and a wildcard's id begins with `wildcard_`.

    Args:
        kind: the purpose of the record, for example `alias`.
        name: the domain name, which may begin with `*.`.
    """
    if name.startswith("*."):
        kind, name = f"wildcard_{kind}", name.removeprefix("*.")
    return f"{kind}_{name.replace('.', '_')}"


def validated_domains(edge: Edge | InternalLoadBalancer) -> dict[str, str]:
    """The domains that ACM validates, each with the first name that needs it.

    A wildcard and its parent domain have the same validation record.
    """
    domains: dict[str, str] = {}
    for name in edge.domain_names:
        domains.setdefault(name.removeprefix("*."), name)
    return domains
