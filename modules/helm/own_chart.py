"""A chart that the configuration names, and not the version table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OwnChart:
    """A chart that is no row of config/versions.yaml, and not an add-on of this project.

    Attributes:
        repository: its repository, https:// or oci://.
        version: its version.
    """

    repository: str
    version: str
