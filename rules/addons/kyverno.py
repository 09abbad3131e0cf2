"""Rules of admission policies."""

from collections.abc import Iterator
from typing import Final

from config.addons.kyverno import SignedImages
from config.environment import Environment
from config.problem import Path, Problem
from config.types import re2
from rules.registration import rule

SIGNED_IMAGES: Final = ("platform", "kyverno", "signed_images")


@rule("platform")
def signers_of_images_are_complete(environment: Environment) -> Iterator[Problem]:
    """A signer is a key, or an identity with its issuer."""
    for name, signed in environment.platform.kyverno.signed_images.items():
        yield from _signer((*SIGNED_IMAGES, name), signed)


@rule("platform", severity="warning")
def there_is_a_policy(environment: Environment) -> Iterator[Problem]:
    """Kyverno has something to validate."""
    settings = environment.platform.kyverno
    if not (settings.policies or settings.registries or settings.signed_images):
        path = ("platform", "kyverno", "policies")
        yield Problem(path, "is empty, and so is signed_images: there is no policy", [])


def _signer(path: Path, signed: SignedImages) -> Iterator[Problem]:
    subjects = [text for text in (signed.subject, signed.subject_pattern) if text]
    keyless = signed.issuer is not None or bool(subjects)
    allowed = "public_key, or issuer with subject or subject_pattern"
    if signed.public_key is not None and keyless:
        yield Problem(path, "names a key and an identity", allowed=allowed)
    elif signed.public_key is None and not keyless:
        yield Problem(path, "has no signer", allowed=allowed)
    elif keyless and (signed.issuer is None or len(subjects) != 1):
        yield Problem(path, "does not name one identity and its issuer", allowed=allowed)
    wrong = re2.problem(signed.subject_pattern or "")
    if wrong:
        yield Problem((*path, "subject_pattern"), wrong, signed.subject_pattern)
