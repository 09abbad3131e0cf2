"""The Secrets Store CSI driver and AWS's provider (J2, option)."""

from typing import Any

from modules.addons.catalog import rendered
from modules.helm.contract import Values
from support.environments import environment, problems
from support.platform import Releases

DRIVER = "secrets-store-csi-driver"
PROVIDER = "secrets-store-csi-driver-provider-aws"


def configured(provider: dict[str, Any] | None = None, **settings: Any) -> Any:
    return environment(
        platform={
            "secrets_store_csi": {"enabled": True, **settings},
            "secrets_store_csi_provider_aws": provider or {},
        }
    )


def driver(**settings: Any) -> Values:
    return rendered(configured(**settings))[DRIVER].values


def test_driver_and_provider_are_installed_only_where_enabled() -> None:
    assert not {DRIVER, PROVIDER} & set(rendered(environment()))
    assert {DRIVER, PROVIDER} <= set(rendered(configured()))
    assert PROVIDER not in rendered(configured(provider={"enabled": False}))


def test_the_driver_is_installed_once_and_before_the_provider() -> None:
    made = Releases(configured())
    assert made.values(PROVIDER)["secrets-store-csi-driver"] == {"install": False}
    assert "helm_release.secrets_store_csi_driver" in made.before(PROVIDER)


def test_the_drivers_version_is_not_the_providers() -> None:
    made = rendered(configured(version="1.5.6"))
    assert (made[DRIVER].version, made[PROVIDER].version) == ("1.5.6", "3.1.1")


def test_pods_read_with_their_own_role_and_the_driver_with_none() -> None:
    audiences = [token["audience"] for token in driver()["tokenRequests"]]
    assert audiences == ["sts.amazonaws.com", "pods.eks.amazonaws.com"]
    made = Releases(configured())
    assert not [name for name in made.of("aws_iam_role") if "secrets_store" in name]


def test_mounted_secrets_are_rotated_by_default() -> None:
    assert driver()["enableSecretRotation"] is True
    assert driver(rotation_minutes=5)["rotationPollInterval"] == "5m"
    assert driver(rotation_minutes=None)["enableSecretRotation"] is False
    assert "rotationPollInterval" not in driver(rotation_minutes=None)


def test_no_kubernetes_secret_is_made_by_default() -> None:
    """The driver may write Secrets only where configured."""
    assert driver()["syncSecret"] == {"enabled": False}
    assert driver(sync=True)["syncSecret"] == {"enabled": True}


def test_both_run_on_every_node() -> None:
    made = rendered(configured())
    for part in (made[DRIVER].values["linux"], made[PROVIDER].values):
        assert part["tolerations"] == [{"operator": "Exists"}]
        assert part["priorityClassName"] == "system-node-critical"


def test_the_defaults_have_no_problems() -> None:
    assert problems(configured()) == []
