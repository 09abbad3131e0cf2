"""A reference to a namespace, for the objects in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NamespaceRef:
    """A reference to a namespace resource.

    Attributes:
        name: the namespace's name as a Terraform reference, so that objects depend on the
            namespace.
        id_suffix: the namespace's part of construct ids.
    """

    name: str
    id_suffix: str

    def id(self, name: str) -> str:
        """The construct id of an object in the namespace.

        Args:
            name: the object's part of the id, for example `quota`.
        """
        return f"{name}_{self.id_suffix}"
