"""Finds plain text secrets in values that end up in the Terraform state."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from config.problem import Path

KEYS: Final = re.compile(
    r"(passw(or)?d|passphrase|bindpw|token|private_?key(data)?|api_?key|routing_?key"
    r"|(?<!existing)(?<!existing_)secret_?key|secret_?access_?key"
    r"|(client|webhook|shared|cookie|github|gitlab|gogs|bitbucket\w*)_?secret)$",
    re.IGNORECASE,
)
"""Keys of chart values that contain a secret, not the name of one."""

_REFERENCE: Final = re.compile(
    # Variables of a container's environment, as a shell, Kubernetes and Grafana write them,
    r"\$\{.+\}|\$\(\w+\)|\$[A-Z][A-Z0-9_]*|\$__\w+\{.+\}"
    # a key of Argo CD's own secret, of which Dex takes the name, or of another one.
    r"|\$[A-Za-z][\w-]*(\.[\w-]+)+|\$[a-z0-9]([a-z0-9.-]*[a-z0-9])?:[\w.-]+"
)
"""Text that refers to a secret. Other text may also begin with a dollar, for example hashes.
https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#sensitive-data-and-sso-client-secrets
https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#variable-expansion"""

_HASH: Final = re.compile(r"\$2[aby]\$\d\d\$")
"""Beginning of a bcrypt hash, which is a secret under any key."""


def written_secrets(path: Path, value: Any, key: re.Pattern[str] = KEYS) -> Iterator[Path]:
    """Yields the paths of secrets.

    Args:
        path: path of the value.
        value: values of a chart, or similar.
        key: matches keys with secret values.
    """
    if isinstance(value, Mapping):
        for name, inner in value.items():
            here = (*path, name)
            if isinstance(inner, str) and inner and key.search(name):
                if not _REFERENCE.fullmatch(inner):
                    yield here
            else:
                yield from written_secrets(here, inner, key)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from written_secrets((*path, index), inner, key)
    elif isinstance(value, str) and _HASH.match(value):
        yield path
