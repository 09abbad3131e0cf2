"""The `cluster.efs` section: the shared file system, and volumes in it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.kubernetes import Namespace, ObjectName

VolumeName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$"),
    Form("1 to 40 lower-case letters, digits and hyphens, beginning with a letter"),
]

PosixId = Annotated[int, Field(ge=1, le=4294967295)]
"""https://docs.aws.amazon.com/efs/latest/ug/API_PosixUser.html, without root."""

Permissions = Annotated[
    str,
    StringConstraints(pattern=r"^[0-7]{3,4}$"),
    Form('three or four octal digits in quotes, for example "750"'),
]


class SharedVolume(Settings):
    """A volume in the shared file system, for one PersistentVolumeClaim of a namespace.

    It has a directory and an access point of its own, through which every client is one user.
    """

    namespace: Namespace
    """The namespace of the claim."""

    claim: ObjectName | None = None
    """Name of the claim, which has `storageClassName: ""`. Default: the volume's name."""

    uid: PosixId = 1000
    """User id of all clients and of the directory."""

    gid: PosixId = 1000
    """Group id, likewise."""

    permissions: Permissions = "750"
    """Permissions of the directory when it is created. A change creates another access point and
    leaves the directory as it is."""


class Efs(Settings):
    """An EFS file system with a mount target in every Availability Zone."""

    enabled: bool = True
    """Create the file system and install its CSI driver."""

    stack: Literal["cluster", "data"] = "cluster"
    """The stack of the file system. In the stack `data` it outlives the cluster, and can be
    replicated to another region. An existing file system moves with `terraform state mv`
    (docs/shared-files.md)."""

    volumes: dict[VolumeName, SharedVolume] = {}
    """Volumes by name, each for one claim: with `stack: data`. With `replication.efs` the claim
    finds the same files in both regions; volumes of the storage class `shared` are in one only."""

    backup: bool = True
    """Let AWS Backup make daily backups and keep them for 35 days."""

    infrequent_access_days: Literal[0, 1, 7, 14, 30, 60, 90, 180, 270, 365] = 30
    """Days without access after which a file moves to Infrequent Access storage; 0 for never."""

    iam: Literal["off", "accepted", "required"] = "off"
    """Mounts with the IAM role of the CSI driver: `required` lets the file system accept no others,
    so that a pod that reaches its port mounts nothing. New volumes of the storage class `shared`
    are mounted with it unless this is `off`. A cluster with volumes from before takes `accepted`
    first (docs/operations.md). Needs `identity: pod_identity`."""

    root_mounts: bool = False
    """Allow mounts of the file system's root, and root access to its files: for volumes by path
    instead of by access point, and while files are restored from a backup. With `iam`, only for the
    CSI driver's role. Otherwise the file system accepts access points only, such as those of the
    storage class `shared`."""

    force_destroy: bool = False
    """Let Terraform delete the file system with all files, and its key. Otherwise Terraform refuses
    to destroy its stack or to rename the cluster, and when `enabled` becomes false it leaves them
    in AWS."""
