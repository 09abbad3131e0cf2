"""What a scanner found."""

from dataclasses import dataclass
from typing import Literal

Scanner = Literal["checkov", "tf-nag"]
Scan = Literal["synth", "plan"]
"""What was scanned: the synthesized JSON, or the plan of a stack that is applied."""


@dataclass(frozen=True, order=True)
class Finding:
    """One rule that one resource breaks.

    Attributes:
        scanner: which scanner reports it.
        id: the rule's id, for example CKV_AWS_18.
        stack: name of the stack.
        address: address of the resource.
        message: what the rule requires.
    """

    scanner: Scanner
    id: str
    stack: str
    address: str
    message: str

    @property
    def where(self) -> str:
        """Stack and address, the form that suppressions match."""
        return f"{self.stack}/{self.address}"

    def __str__(self) -> str:
        return f"{self.scanner} {self.id} {self.where}: {self.message}"
