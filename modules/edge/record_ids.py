"""Ids of DNS records, from their names."""


def record_id(kind: str, name: str) -> str:
    """The id of a record: `<kind>_<name>`, with underscores for dots.

    No two names share an id: host names have no underscore of their own, and a wildcard's id
    begins with its own word.

    Args:
        kind: the purpose of the record, for example `alias`.
        name: the domain name, which may begin with `*.`.
    """
    if name.startswith("*."):
        kind, name = f"wildcard_{kind}", name.removeprefix("*.")
    return f"{kind}_{name.replace('.', '_')}"
