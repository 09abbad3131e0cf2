"""Construct ids of repositories and caches."""


def image_id(kind: str, name: str) -> str:
    """The id `<kind>_<name>`, which is unique: a name has no two separators in a row.

    Args:
        kind: what it is, for example `repository`.
        name: name of a repository, or prefix of a cache.
    """
    return f"{kind}_{name.replace('/', '__').replace('.', '--')}"
