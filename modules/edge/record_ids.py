"""Construct ids of DNS records."""


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
