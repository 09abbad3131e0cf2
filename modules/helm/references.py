"""References to values that only Terraform knows, inside chart values that are plain data.

An add-on writes `reference("cluster.vpc_id")` for the VPC's id. The result is text between two
characters that no configuration contains: so the rest of the values can be escaped as a whole, and
tests can substitute an example. Only the renderer knows CDKTF's tokens.
"""

import re
from collections.abc import Callable
from typing import Final

BEGIN: Final = "\ue000"
END: Final = "\ue001"
"""Code points of Unicode's private use area."""

ROLE: Final = "role.arn"
"""The ARN of the add-on's own IAM role."""

_REFERENCE: Final = re.compile(f"{BEGIN}([a-z0-9_.]+){END}")


def reference(name: str) -> str:
    """A placeholder for a value that Terraform knows.

    Args:
        name: `<stack>.<output>` for an output of another stack, with the key of a map after
            another dot; or ROLE.
    """
    return f"{BEGIN}{name}{END}"


def role_arn_of(account: str) -> str:
    """The reference name of the role ARN of an additional service account."""
    return f"role.{account.replace('-', '_')}.arn"


def reference_names(text: str) -> set[str]:
    """The names of all references in a text."""
    return set(_REFERENCE.findall(text))


def substitute(text: str, resolve: Callable[[str], str]) -> str:
    """Replaces each reference by the value that `resolve` returns for its name."""
    return _REFERENCE.sub(lambda found: resolve(found.group(1)), text)
