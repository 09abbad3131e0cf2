"""Admission policies in the `platform` section: Kyverno."""

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
    """Images that have to be signed with Cosign, by a key or by an identity (keyless)."""

    images: Annotated[list[ImagePattern], Field(min_length=1, max_length=50)]
    """The images. Others are not looked at."""

    public_key: PublicKey | None = None
    """The key that signs them."""

    issuer: IssuerUrl | None = None
    """Who vouches for the identity, for example `https://token.actions.githubusercontent.com`."""

    subject: str | None = None
    """The identity, as it stands in the certificate."""

    subject_pattern: str | None = None
    """The identity as a regular expression, instead of `subject`."""

    transparency_log: bool = True
    """Ask the transparency log of Sigstore whether it has the signature. A cluster without a way to
    the internet has to do without."""


class KyvernoSettings(AddonSettings):
    """Kyverno, which holds pods against policies."""

    enabled: bool = False
    """Install it."""

    mode: Literal["audit", "enforce"] = "audit"
    """Only report what breaks a policy, or refuse it. Read the reports first:
    `kubectl get policyreports -A`."""

    policies: list[AdmissionPolicy] = ["privileged", "host_namespaces", "host_paths", "resources"]
    """What is held against pods: no privileged containers, none of the node's namespaces, none of
    its files, and requests of CPU and memory with a limit of memory."""

    signed_images: dict[ObjectName, SignedImages] = {}
    """Images that have to be signed, by a name of your own."""

    excluded_namespaces: list[Namespace] = []
    """Namespaces that the policies leave alone, besides those of Kubernetes and of add-ons."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 3
    """Replicas of the admission controller, which all answer. While none does, nobody makes a pod
    where policies are enforced."""

    controller_replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Replicas of the controllers behind it; one of each works, the rest wait."""
