"""The section of docs/versions.md about versions of Terraform's providers."""

from collections.abc import Iterator
from typing import Final

from config.derived.providers import HELM_EXCLUDED, HELM_TRIED

_HELM: Final = """\
## Providers

Terraform takes the newest version of each provider that `required_providers` in a stack's
`cdk.tf.json` allows; the AWS provider's minimum follows from your settings. `terraform init
-upgrade` replaces a version that an older `.terraform.lock.hcl` has chosen.

Of the Helm provider, {tried} have installed, changed and removed every add-on on a
Kubernetes API. A provider with Helm 4 applies server-side, which refuses fields that a controller
has changed, such as the `failurePolicy` of istiod's webhooks: before such a version is allowed, an
upgrade of Istio with it has to succeed. These versions are excluded, with newer ones:

| Version | Reason | Source |
| --- | --- | --- |"""


def section() -> Iterator[str]:
    """The lines of the section."""
    yield from _HELM.format(tried=" and ".join(HELM_TRIED)).splitlines()
    for each in HELM_EXCLUDED:
        place = each.source.removeprefix("https://github.com/").replace("/issues/", "#")
        yield f"| {each.version} | It {each.reason}. | [{place}]({each.source}) |"
