"""Kyverno (J6, option): the policies find violations, and exclude the platform.

Expressions are evaluated by a CEL interpreter, on pods as the API server would send them.
"""

from typing import Any, cast

import cel
import pytest

from modules.addons.catalog import rendered
from modules.addons.kyverno.addon import ADDON
from modules.addons.kyverno.policies import RULES
from modules.helm.contract import Manifest, Values
from support.environments import environment, problems
from support.platform import Releases

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/*"
KEY = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ==\n-----END PUBLIC KEY-----\n"
ISSUER = "https://token.actions.githubusercontent.com"

SIZED = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
GOOD = {"name": "web", "resources": SIZED}


def configured(**settings: Any) -> Any:
    return environment(platform={"kyverno": {"enabled": True, **settings}})


def values(**settings: Any) -> Values:
    return rendered(configured(**settings))["kyverno"].values


def policies(**settings: Any) -> dict[str, Manifest]:
    """Policies by name."""
    made = rendered(configured(**settings))["kyverno-resources"].manifests
    return {policy["metadata"]["name"]: policy for policy in made}


def refused_by(spec: dict[str, Any]) -> set[str]:
    """Names of the policies that a pod violates."""
    return {
        name
        for name, policy in policies().items()
        if not _allowed(policy["spec"], {"spec": {"containers": [GOOD], **spec}})
    }


def _allowed(policy: dict[str, Any], pod: dict[str, Any]) -> bool:
    context: dict[str, Any] = {"object": pod, "variables": {}}
    for variable in policy.get("variables", []):
        context["variables"][variable["name"]] = cel.evaluate(variable["expression"], context)
    results = [cel.evaluate(each["expression"], context) for each in policy["validations"]]
    return all(cast("bool", result) for result in results)


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"initContainers": [GOOD], "volumes": [{"name": "a", "emptyDir": {}}]},
        {"hostNetwork": False, "hostPID": False, "hostIPC": False},
        {"containers": [{**GOOD, "securityContext": {"runAsNonRoot": True}}]},
        {"containers": [{**GOOD, "securityContext": {"privileged": False}}]},
        {"ephemeralContainers": [{"name": "debug"}]},
    ],
)
def test_a_pod_without_privileges_is_admitted(spec: dict[str, Any]) -> None:
    assert refused_by(spec) == set()


@pytest.mark.parametrize("kind", ["containers", "initContainers", "ephemeralContainers"])
def test_privileged_containers_are_found_wherever_they_are(kind: str) -> None:
    privileged = {**GOOD, "securityContext": {"privileged": True}}
    assert refused_by({kind: [GOOD, privileged]}) == {"disallow-privileged-containers"}


@pytest.mark.parametrize("field", ["hostNetwork", "hostPID", "hostIPC"])
def test_host_namespaces_are_found(field: str) -> None:
    assert refused_by({field: True}) == {"disallow-host-namespaces"}


def test_host_paths_are_found() -> None:
    volumes = [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/"}}]
    assert refused_by({"volumes": volumes}) == {"disallow-host-paths"}


@pytest.mark.parametrize(
    "resources",
    [
        None,
        {},
        {"requests": SIZED["requests"]},
        {"limits": SIZED["limits"]},
        {"requests": {"cpu": "1"}, "limits": SIZED["limits"]},
        {"requests": {"memory": "1Gi"}, "limits": SIZED["limits"]},
        {"requests": SIZED["requests"], "limits": {"cpu": "1"}},
    ],
)
@pytest.mark.parametrize("kind", ["containers", "initContainers"])
def test_missing_requests_and_limits_are_found(kind: str, resources: dict[str, Any] | None) -> None:
    container = {"name": "a"} | ({} if resources is None else {"resources": resources})
    assert refused_by({kind: [container]}) == {"require-requests-and-limits"}


def test_audit_fails_open_and_enforce_fails_closed() -> None:
    for policy in policies(mode="audit").values():
        assert policy["spec"]["validationActions"] == ["Audit"]
        assert policy["spec"]["failurePolicy"] == "Ignore"
    for policy in policies(mode="enforce").values():
        assert policy["spec"]["validationActions"] == ["Deny"]
        assert policy["spec"]["failurePolicy"] == "Fail"


def test_webhook_timeouts_are_short() -> None:
    for policy in policies().values():
        assert policy["spec"]["webhookConfiguration"]["timeoutSeconds"] == 5


def test_policies_use_types_that_are_not_deprecated() -> None:
    made = policies(signed_images={"shop": {"images": [IMAGE], "public_key": KEY}})
    assert {policy["apiVersion"] for policy in made.values()} == {"policies.kyverno.io/v1"}
    kinds = {"ValidatingPolicy", "ImageValidatingPolicy"}
    assert {policy["kind"] for policy in made.values()} == kinds


def test_policies_and_webhooks_exclude_the_platform_and_kubernetes() -> None:
    names, platform = policies(excluded_namespaces=["legacy"])["disallow-host-paths"]["spec"][
        "matchConstraints"
    ]["namespaceSelector"]["matchExpressions"]
    assert names["values"] == ["kube-node-lease", "kube-public", "kube-system", "legacy"]
    assert names["operator"] == "NotIn"
    assert platform == {
        "key": "app.kubernetes.io/part-of",
        "operator": "NotIn",
        "values": ["eks-platform"],
    }
    webhooks = values(excluded_namespaces=["legacy"])["config"]["webhooks"]
    assert webhooks["namespaceSelector"]["matchExpressions"] == [names, platform]
    for name, namespace in Releases(configured()).of("kubernetes_namespace_v1").items():
        labels = namespace["metadata"]["labels"]
        assert labels["app.kubernetes.io/part-of"] == "eks-platform", name


def test_namespaces_with_another_part_of_label_are_validated() -> None:
    """NotIn also matches objects without the label."""
    names, platform = policies()["disallow-host-paths"]["spec"]["matchConstraints"][
        "namespaceSelector"
    ]["matchExpressions"]
    assert "shop" not in names["values"]
    assert "storefront" not in platform["values"]


def test_debug_containers_are_validated() -> None:
    """`kubectl debug` adds it through a subresource."""
    made = policies(signed_images={"shop": {"images": [IMAGE], "public_key": KEY}})
    asked = {
        name: policy["spec"]["matchConstraints"]["resourceRules"][0]["resources"]
        for name, policy in made.items()
    }
    assert asked == {
        "disallow-privileged-containers": ["pods", "pods/ephemeralcontainers"],
        "disallow-host-namespaces": ["pods"],
        "disallow-host-paths": ["pods"],
        "require-requests-and-limits": ["pods"],
        "signed-images-shop": ["pods", "pods/ephemeralcontainers"],
    }


@pytest.mark.parametrize(
    ("images", "logs_in"),
    [
        ([IMAGE], True),
        (["123456789012.dkr-ecr.eu-west-1.on.aws/*"], True),
        (["ghcr.io/shop/*", IMAGE], True),
        (["*"], True),
        (["ghcr.io/shop/*"], False),
    ],
)
def test_kyverno_logs_in_to_ecr_only_for_images_there(images: list[str], logs_in: bool) -> None:
    settings = {"shop": {"images": images, "public_key": KEY}}
    spec = policies(signed_images=settings)["signed-images-shop"]["spec"]
    assert ("credentials" in spec) is logs_in
    assert spec.get("credentials", {"providers": ["amazon"]}) == {"providers": ["amazon"]}


def test_policies_can_be_selected() -> None:
    assert set(policies(policies=["privileged"])) == {RULES["privileged"].name}
    assert "kyverno-resources" not in rendered(configured(policies=[]))


@pytest.mark.parametrize(
    ("signer", "cosign"),
    [
        ({"public_key": KEY}, {"key": {"data": KEY}}),
        (
            {"issuer": ISSUER, "subject": "me@example.com"},
            {"keyless": {"identities": [{"issuer": ISSUER, "subject": "me@example.com"}]}},
        ),
        (
            {"issuer": ISSUER, "subject_pattern": "^https://", "transparency_log": False},
            {
                "keyless": {"identities": [{"issuer": ISSUER, "subjectRegExp": "^https://"}]},
                "ctlog": {"insecureIgnoreTlog": True},
            },
        ),
    ],
)
def test_images_must_be_signed_by_the_configured_signer(
    signer: dict[str, Any], cosign: dict[str, Any]
) -> None:
    """https://kyverno.io/docs/policy-types/image-validating-policy/"""
    settings = {"shop": {"images": [IMAGE], **signer}}
    spec = policies(signed_images=settings)["signed-images-shop"]["spec"]
    assert spec["matchImageReferences"] == [{"glob": IMAGE}]
    assert spec["attestors"] == [{"name": "signer", "cosign": cosign}]
    assert spec["webhookConfiguration"]["timeoutSeconds"] <= 30
    [validation] = spec["validations"]
    cel.compile(validation["expression"])
    for kind in ("containers", "initContainers", "ephemeralContainers"):
        assert f"images.{kind}.map(image, verifyImageSignatures(" in validation["expression"]


def test_signatures_in_the_accounts_registry_can_be_read_where_verified() -> None:
    assert ADDON.policies(configured()) == {}
    settings = {"shop": {"images": [IMAGE], "public_key": KEY}}
    [statements] = ADDON.policies(configured(signed_images=settings)).values()
    log_in, read = statements
    assert log_in.actions == ["ecr:GetAuthorizationToken"]
    assert read.resources == ["arn:aws:ecr:eu-west-1:123456789012:repository/*"]
    made = Releases(configured(signed_images=settings))
    associations = made.of("aws_eks_pod_identity_association")
    for name, controller in (
        ("kyverno_role_association", "admissionController"),
        ("kyverno_reports_controller_role_association", "reportsController"),
    ):
        account = made.values("kyverno")[controller]["rbac"]["serviceAccount"]["name"]
        assert associations[name]["service_account"] == account
        assert f"aws_eks_pod_identity_association.{name}" in made.before("kyverno")


def test_with_irsa_each_service_account_names_its_own_role() -> None:
    settings = {"signed_images": {"shop": {"images": [IMAGE], "public_key": KEY}}}
    platform = {"kyverno": {"enabled": True, **settings}}
    made = Releases(environment(cluster={"identity": "irsa"}, platform=platform))
    roles = {
        controller: made.values("kyverno")[controller]["rbac"]["serviceAccount"]["annotations"]
        for controller in ("admissionController", "reportsController")
    }
    annotation = "eks.amazonaws.com/role-arn"
    assert roles == {
        "admissionController": {annotation: "${aws_iam_role.kyverno_role.arn}"},
        "reportsController": {annotation: "${aws_iam_role.kyverno_reports_controller_role.arn}"},
    }


@pytest.mark.parametrize(
    ("signer", "message"),
    [
        ({}, "has no signer"),
        ({"public_key": KEY, "issuer": ISSUER}, "names a key and an identity"),
        ({"issuer": ISSUER}, "does not name one identity and its issuer"),
        ({"subject": "me"}, "does not name one identity and its issuer"),
        (
            {"issuer": ISSUER, "subject": "me", "subject_pattern": "me"},
            "does not name one identity and its issuer",
        ),
    ],
)
def test_an_incomplete_or_ambiguous_signer_is_refused(signer: dict[str, Any], message: str) -> None:
    [problem] = problems(configured(signed_images={"shop": {"images": [IMAGE], **signer}}))
    assert problem.message == message


def test_the_admission_controller_survives_a_zone() -> None:
    made = values()
    admission = made["admissionController"]
    assert admission["replicas"] == 3
    for part in (admission, made["backgroundController"], made["reportsController"]):
        assert part["podDisruptionBudget"] == {"enabled": True}
        assert part["topologySpreadConstraints"][0]["topologyKey"] == "topology.kubernetes.io/zone"


def test_it_is_installed_only_where_enabled() -> None:
    assert "kyverno" not in rendered(environment())
    assert problems(configured()) == []


def test_helm_waits_for_its_installation_and_not_for_its_removal() -> None:
    release = Releases(environment(platform={"kyverno": {"enabled": True}})).release("kyverno")
    # Helm waits wherever it may have to roll back, and on a removal where `wait` says so.
    assert release["atomic"] is True
    assert release["wait_for_jobs"] is True
    assert release["wait"] is False
    assert release["take_ownership"] is True


def test_other_releases_are_waited_for_both_ways() -> None:
    releases = Releases(environment())
    assert releases.release("argo-cd")["wait"] is True
    assert "take_ownership" not in releases.release("argo-cd")


def test_images_are_of_allowed_registries_only() -> None:
    platform = {"kyverno": {"enabled": True, "registries": ["registry.example/shop/", "a.b/"]}}
    made = rendered(environment(platform=platform))["kyverno-resources"].manifests
    [policy] = [each for each in made if each["metadata"]["name"] == "allowed-registries"]
    [validation] = policy["spec"]["validations"]
    assert "['registry.example/shop/', 'a.b/'].exists(allowed" in validation["expression"]
    assert "ephemeralContainers" in policy["spec"]["variables"][0]["expression"]
    others = rendered(environment(platform={"kyverno": {"enabled": True}}))["kyverno-resources"]
    assert "allowed-registries" not in {each["metadata"]["name"] for each in others.manifests}
