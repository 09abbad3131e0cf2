"""What `make images` lists."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ListedChart:
    """A chart.

    Attributes:
        name: its name in its repository.
        version: its version.
        repository: the repository of its project: https:// or oci://.
        installed_from: the repository or folder that the environment's settings give.
        digest: SHA-256 of its archive; None where no file of the project has it.
        digest_from: the file that has the digest.
        remote_schemas: references to schemas on the internet in its archive; None where there
            was no archive to read.
    """

    name: str
    version: str
    repository: str
    installed_from: str
    digest: str | None
    digest_from: str | None
    remote_schemas: int | None


@dataclass(frozen=True)
class ListedImage:
    """A container image, or an artifact in an image registry.

    Attributes:
        image: its name as the pods of the environment have it, with the registry that the settings
            give.
        source: its name in the registry of its project.
        used_by: names of the releases.
        recorded: the digest that the project's file has of `source`.
    """

    image: str
    source: str
    used_by: tuple[str, ...]
    recorded: str | None = None

    @property
    def digest(self) -> str | None:
        """Its digest, that of the chart or the recorded one: `sha256:` and hexadecimal digits."""
        _, _, digest = self.image.partition("@")
        return digest or self.recorded


@dataclass(frozen=True)
class Listing:
    """The charts and images of an environment.

    Attributes:
        environment: its name.
        charts: the charts by name.
        images: the images by name.
        unknown: why the images of a release, or one of its images, are not known, by release.
        image_registry: `platform.charts.image_registry`.
        mirror: `platform.charts.mirror`.
    """

    environment: str
    charts: tuple[ListedChart, ...]
    images: tuple[ListedImage, ...]
    unknown: Mapping[str, str]
    image_registry: str | None
    mirror: str | None

    def elsewhere(self) -> tuple[ListedImage, ...]:
        """The images that do not come from `image_registry`, though it is set."""
        if self.image_registry is None:
            return ()
        below = f"{self.image_registry}/"
        return tuple(each for each in self.images if not each.image.startswith(below))
