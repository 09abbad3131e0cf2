"""What of an environment is protected from a destroy, by its JSON alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runner.destroy.settings import Setting, setting_of
from runner.manifest import STATE, Stack

AWS_REFUSES: Final[Mapping[str, tuple[str, str]]] = {
    "aws_eks_cluster": ("deletion_protection", "EKS deletion protection"),
    "aws_lb": ("enable_deletion_protection", "deletion protection of the load balancer"),
}
"""Arguments with which AWS refuses to delete a resource, by its type."""


@dataclass(frozen=True)
class ProtectedResource:
    """A resource that a destroy does not delete.

    Attributes:
        stack: the stack's name within its environment.
        name: its name in AWS; empty where AWS chooses it.
        reasons: what protects it.
        lifts: what removes the protection.
        keeps: the setting that leaves it in AWS; empty where there is none.
    """

    stack: str
    address: str
    name: str
    reasons: tuple[str, ...]
    lifts: str
    keeps: str


def protected_resources(stacks: Sequence[Stack]) -> list[ProtectedResource]:
    """The protected resources, in the order of apply and then by address."""
    return [each for stack in stacks for each in sorted(_of(stack), key=lambda each: each.address)]


def _of(stack: Stack) -> Iterator[ProtectedResource]:
    for type_, bodies in stack.document.get("resource", {}).items():
        for name, body in bodies.items():
            reasons = tuple(_reasons(type_, body))
            if reasons:
                address = f"{type_}.{name}"
                setting = setting_of(stack.short_name, address)
                yield ProtectedResource(
                    stack.short_name,
                    address,
                    str(body.get("name") or body.get("bucket") or ""),
                    reasons,
                    _lifts(stack, setting),
                    (setting.keeps if setting else None) or "",
                )


def _reasons(type_: str, body: Mapping[str, Any]) -> Iterator[str]:
    if (body.get("lifecycle") or {}).get("prevent_destroy"):
        yield "prevent_destroy of Terraform"
    argument, words = AWS_REFUSES.get(type_, ("", ""))
    if argument and body.get(argument) is True:
        yield words


def _lifts(stack: Stack, setting: Setting | None) -> str:
    if setting:
        return setting.lifts
    if stack.short_name == STATE:
        return f"make bootstrap-destroy ENV={stack.environment}"
    return "no setting: change the stack that configures it"
