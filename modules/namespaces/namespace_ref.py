"""A namespace as the objects in it see it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NamespaceRef:
    """Where an object belongs.

    Attributes:
        name: the namespace's name as Terraform refers to it, so that the object comes after the
            namespace and goes before it.
        id_suffix: the part of ids that names the namespace.
    """

    name: str
    id_suffix: str

    def id(self, name: str) -> str:
        """The id of an object in the namespace.

        Args:
            name: the object's part of the id, for example `quota`.
        """
        return f"{name}_{self.id_suffix}"
