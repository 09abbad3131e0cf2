"""`platform.kyverno`: admission policies."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.kubernetes import Namespace, ObjectName

AdmissionPolicy = Literal["privileged", "host_namespaces", "host_paths", "resources"]

ImagePattern = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9*][A-Za-z0-9*._:/@-]*$", max_length=512),
    Form("an image, with * for any characters, for example registry.example/shop/*"),
]

ImagePrefix = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][A-Za-z0-9._:/-]*/$", max_length=256),
    Form("a registry or a part of it that ends with /, for example registry.example/shop/"),
]

PublicKey = Annotated[
    str,
    StringConstraints(
        pattern=r"^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]+\n)+-----END PUBLIC KEY-----\n?$"
    ),
    Form("a public key in PEM form, beginning with -----BEGIN PUBLIC KEY-----"),
]

IssuerUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https://[^\s]+$"),
    Form("the https:// address of an OIDC issuer"),
]


class SignedImages(Settings):
    """Images that must be signed with Cosign, by a key or by an identity (keyless)."""

    images: Annotated[list[ImagePattern], Field(min_length=1, max_length=50)]
    """Patterns of the images. Others are not verified."""

    public_key: PublicKey | None = None
    """Public key of the signature."""

    issuer: IssuerUrl | None = None
    """OIDC issuer of the identity, for example `https://token.actions.githubusercontent.com`."""

    subject: str | None = None
    """The identity in the certificate."""

    subject_pattern: str | None = None
    """The identity as a regular expression, instead of `subject`."""

    transparency_log: bool = True
    """Verify that the signature is in the transparency log of Sigstore. Disable it for clusters
    without internet access."""


class KyvernoSettings(AddonSettings):
    """Kyverno, which validates pods against policies."""

    enabled: bool = False
    """Install it."""

    mode: Literal["audit", "enforce"] = "audit"
    """Report violations only, or refuse them. Check the reports before you enforce:
    `kubectl get policyreports -A`."""

    policies: list[AdmissionPolicy] = ["privileged", "host_namespaces", "host_paths", "resources"]
    """Policies for pods: no privileged containers, no host namespaces, no host paths, and resource
    requests with a memory limit."""

    registries: Annotated[list[ImagePrefix], Field(max_length=50)] = []
    """Beginnings of the names of images that pods may run, for example
    `123456789012.dkr.ecr.eu-west-1.amazonaws.com/`. Default: all."""

    signed_images: dict[ObjectName, SignedImages] = {}
    """Images that must be signed, by a name of your choice."""

    excluded_namespaces: list[Namespace] = []
    """Namespaces that are exempt from the policies, besides those of Kubernetes and of add-ons."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 3
    """Replicas of the admission controller, all active. While none is available, no pod can be
    created where policies are enforced."""

    controller_replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Replicas of the background, cleanup and reports controllers; one of each is the leader."""
