"""Finds what is protected from a destroy: by Terraform's `prevent_destroy`, or by AWS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.destroy.refusals import Attributes, refusal
from runner.destroy.settings import Setting, setting_of
from runner.manifest import Stack

CLUSTER: Final = "aws_eks_cluster"

_HOLDS_DATA: Final = (
    "aws_backup_vault",
    "aws_efs_file_system",
    "aws_kms_key",
    "aws_kms_replica_key",
    "aws_s3_bucket",
)

_LIFTED: Final[Mapping[str, tuple[str, bool]]] = {
    "aws_backup_vault": ("force_destroy", True),
    "aws_ecr_repository": ("force_delete", True),
    "aws_eks_cluster": ("deletion_protection", False),
    "aws_lb": ("enable_deletion_protection", False),
    "aws_s3_bucket": ("force_destroy", True),
}
"""Arguments that let AWS delete a resource, by its type in Terraform."""

Status = Literal["protected", "not applied", "not configured", "switched off"]
"""How the file and AWS agree.

- protected: the file protects the resource.
- not applied: the file does not, but that is not applied yet.
- not configured: the file has no such resource any more.
- switched off: the next apply would remove the resource from the state and leave it in AWS. A
  destroy would not: Terraform ignores `removed` blocks in a destroy.
"""


@dataclass(frozen=True)
class Protected:
    """A protected resource.

    Attributes:
        name: its name or id in AWS.
        reasons: why it cannot be destroyed.
    """

    stack: Stack
    address: str
    name: str
    reasons: tuple[str, ...]
    status: Status

    @property
    def setting(self) -> Setting | None:
        """The setting that protects it; None for a resource of the user's own."""
        return setting_of(self.stack.short_name, self.address)


def protected(
    stack: Stack, location: Location, *, only_not_configured: bool = False
) -> Iterator[Protected]:
    """The protected resources of a stack, as its state, its configuration and AWS have them.

    Args:
        only_not_configured: ask only about resources that the next apply would destroy, because
            the file no longer configures them.

    Raises:
        ClientError: AWS rejected a call.
        RunnerError: the object in the bucket is not a Terraform state.
    """
    state = read_state(location, stack.backend["key"])
    for address, attributes in sorted(state.resources.items() if state else ()):
        status = _status(stack, address)
        if only_not_configured and status != "not configured":
            continue
        reasons = tuple(_reasons(stack, address, attributes, location))
        if reasons:
            name = str(_first(attributes, "name", "bucket", "id"))
            yield Protected(stack, address, name, reasons, status)


def _reasons(
    stack: Stack, address: str, attributes: Attributes, location: Location
) -> Iterator[str]:
    type_ = address.partition(".")[0]
    if (_configured(stack, address) or {}).get("lifecycle", {}).get("prevent_destroy"):
        yield "prevent_destroy"
    if type_ in _HOLDS_DATA and address in _switched_off(stack):
        yield "switched off in the file, which is not applied"
    refused = refusal(type_, attributes, location)
    if refused:
        yield refused


def _status(stack: Stack, address: str) -> Status:
    body = _configured(stack, address)
    if body is None:
        return "switched off" if address in _switched_off(stack) else "not configured"
    if body.get("lifecycle", {}).get("prevent_destroy"):
        return "protected"
    argument, value = _LIFTED.get(address.partition(".")[0], ("", None))
    return "not applied" if value is not None and body.get(argument) is value else "protected"


def _configured(stack: Stack, address: str) -> Mapping[str, Any] | None:
    type_, _, name = address.partition(".")
    return stack.document.get("resource", {}).get(type_, {}).get(name)


def _switched_off(stack: Stack) -> set[str]:
    return {block["from"] for block in stack.document.get("removed", ())}


def _first(attributes: Attributes, *names: str) -> Any:
    return next((attributes[name] for name in names if attributes.get(name)), "")
