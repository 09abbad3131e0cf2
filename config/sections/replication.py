"""The `replication` section: copies of a platform's data in another of its regions."""

from config.settings import Settings
from config.types.aws import Region


class Replication(Settings):
    """Copies of data from one region of a platform to another one.

    What is written in the destination is not copied back.
    """

    source: Region | None = None
    """The region that data is copied from. Default: `routing.primary`, or else the first of
    `regions`."""

    destination: Region | None = None
    """The region that data is copied to. Default: the other one, where there are two."""
