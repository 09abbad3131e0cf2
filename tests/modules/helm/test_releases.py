"""Releases of add-ons: versions, values, mirrors, permissions and escaping."""

from dataclasses import replace
from typing import Any

import pytest

from config import versions
from config.addons.ingress import ENDPOINTS
from config.derived import limits
from modules.addons.catalog import all_addons, namespaces, rendered
from modules.helm.contract import Addon, Context, Values
from modules.helm.manifests import manifest
from modules.helm.releases import plan_releases
from modules.identity.policy import Statement
from rules.platform.addons import RESERVED
from support.environments import environment, problems
from support.platform import Releases, with_controller

SETTING = "cert_manager"
"""The key of the settings that these tests' add-ons use."""

NAMES_OF_SECRETS = (
    "secretkeyref",
    "passwordkey",
    "admin-password",
    "'kind': 'password'",
    "'password': '{{ .password }}'",
    "{{ .password }}",
    "'key': 'password'",
)
"""Values that refer to a key of a Secret or to its generator."""

WITHOUT_IMAGES = (
    "istio-base",
    "karpenter-crd",
    "prometheus-operator-crds",
    "eck-stack",
    "istio-ingress",
)
"""Charts with CRDs only, or with objects whose images an operator sets."""


def addon(name: str = "probe", **fields: Any) -> Addon:
    """A minimal add-on."""
    basis = Addon(
        name=name,
        chart="cert-manager",
        namespace="probe",
        summary="For tests.",
        values=lambda _: {},
        setting=SETTING,
    )
    return replace(basis, **fields)


def with_settings(**settings: Any) -> Any:
    return environment(platform={SETTING: settings})


@pytest.mark.parametrize("controller", ENDPOINTS)
def test_every_chart_version_is_the_pinned_one(controller: str) -> None:
    table = versions.table().charts
    settings = with_controller(controller)
    minor = settings.cluster.version
    for release in rendered(settings).values():
        if release.repository is not None:
            assert release.repository == table[release.addon.chart].repository
            assert release.version == versions.chart_version(release.addon.chart, minor)


def test_a_custom_version_replaces_the_pinned_one() -> None:
    [release] = plan_releases(with_settings(version="v1.20.0"), [addon()])
    assert release.version == "v1.20.0"


def test_a_custom_namespace_replaces_the_default_everywhere() -> None:
    settings = with_settings(namespace="elsewhere")
    of_addon = addon(
        resources=lambda context: [manifest("a/v1", "B", "b", {}, namespace=context.namespace)]
    )
    made = plan_releases(settings, [of_addon])
    assert {release.namespace for release in made} == {"elsewhere"}
    assert made[1].manifests[0]["metadata"]["namespace"] == "elsewhere"


def test_nothing_waits_for_what_fills_a_user_interface() -> None:
    def object_of(name: str) -> Any:
        return lambda _: [manifest("a/v1", "B", name, {})]

    first = addon("first", resources=object_of("a"), dashboards=object_of("b"))
    made = plan_releases(with_settings(), [first, addon("second", requires=("first",))])
    requires = {release.name: release.requires for release in made}
    assert requires["first-dashboards"] == ("first",)
    assert requires["second"] == ("first", "first-resources")


def test_custom_values_are_merged_last() -> None:
    def values(_: Context) -> Values:
        return {"a": {"b": 1, "c": 2}, "list": [1, 2]}

    settings = environment(
        platform={
            "charts": {"image_registry": "registry.example"},
            SETTING: {"values": {"a": {"c": 3}, "image": "mine", "list": [3]}},
        }
    )
    [release] = plan_releases(settings, [addon(values=values, images={"image": "{registry}/x"})])
    assert release.values == {"a": {"b": 1, "c": 3}, "list": [3], "image": "mine"}


def test_null_removes_a_default_of_the_chart() -> None:
    settings = with_settings(values={"resources": None})
    assert Releases(settings, [addon()]).values("probe") == {"resources": None}


def test_custom_values_are_not_applied_to_a_secondary_release() -> None:
    settings = with_settings(values={"a": 1})
    [release] = plan_releases(settings, [addon(accepts_values=False)])
    assert release.values == {}


def test_a_mirror_has_every_chart() -> None:
    settings = environment(platform={"charts": {"mirror": "oci://registry.example/charts"}})
    releases = rendered(settings).values()
    repositories = {release.repository for release in releases}
    assert repositories == {"oci://registry.example/charts", None}
    assert all(release.chart == "custom-resources" for release in releases if release.manifests)


def test_a_mirrored_chart_keeps_name_and_version() -> None:
    def charts(**settings: Any) -> set[tuple[str, str | None]]:
        releases = rendered(environment(platform={"charts": settings})).values()
        return {(release.chart, release.version) for release in releases}

    assert charts() == charts(mirror="https://charts.example")


@pytest.mark.parametrize("controller", ENDPOINTS)
def test_an_image_registry_has_every_image(controller: str) -> None:
    settings = environment(
        platform={
            "charts": {"image_registry": "registry.example/mirror"},
            "ingress": {"controller": controller},
        },
    )
    for release in rendered(settings).values():
        if release.repository is None or release.name in WITHOUT_IMAGES:
            continue
        assert release.addon.images, release.name
        for path, image in release.addon.images.items():
            value: Any = release.values
            for key in path.split("."):
                value = value[key]
            assert value == image.format(registry="registry.example/mirror")


def test_release_names_fit_helms_limit() -> None:
    for environment_ in map(with_controller, ENDPOINTS):
        for name in rendered(environment_):
            assert len(name) <= limits.HELM_RELEASE_NAME


def test_a_release_name_over_helms_limit_is_refused() -> None:
    long = addon("a" * 50, resources=lambda _: [manifest("a/v1", "B", "b", {})])
    with pytest.raises(limits.LimitError, match=r"release a+-resources has 60 characters"):
        plan_releases(environment(), [long])


def test_templates_in_values_are_escaped() -> None:
    made = Releases(with_settings(values={"note": "${HOST} %{if}"}), [addon()])
    assert '"$${HOST} %%{if}"' in made.text("probe")


def test_references_become_outputs_and_the_text_around_them_stays_literal() -> None:
    of_addon = addon(values=lambda context: {"vpc": f"${{x}}/{context.vpc_id}"})
    made = Releases(environment(), [of_addon])
    assert made.text("probe") == (
        '{\n  "vpc": "$${x}/${data.terraform_remote_state.cluster.outputs.vpc_id}"\n}'
    )


def test_unused_states_are_not_read() -> None:
    assert "data" not in Releases(environment(), [addon()]).json


def test_the_same_values_are_the_same_text_whatever_their_order() -> None:
    first = Releases(environment(), [addon(values=lambda _: {"b": 1, "a": 2})])
    second = Releases(environment(), [addon(values=lambda _: {"a": 2, "b": 1})])
    assert first.text("probe") == second.text("probe")


def test_text_is_not_taken_for_a_number() -> None:
    made = Releases(
        with_settings(values={"id": "1234e5", "octal": "0o17", "off": "off"}), [addon()]
    )
    assert '"1234e5"' in made.text("probe")
    assert '"0o17"' in made.text("probe")
    assert '"off"' in made.text("probe")


def test_a_role_precedes_the_pods_that_use_it() -> None:
    of_addon = addon(
        service_account="probe",
        policies=lambda _: {"read": [Statement("Read", ["s3:ListBucket"], ["*"])]},
    )
    made = Releases(environment(), [of_addon])
    association = "aws_eks_pod_identity_association.probe_role_association"
    assert association in made.release("probe")["depends_on"]
    assert made.of("aws_eks_pod_identity_association")["probe_role_association"]["namespace"] == (
        "probe"
    )
    assert "aws_iam_role_policy_attachment.probe_role_read_attachment" in made.before("probe")


def test_irsa_names_the_role_on_the_service_account() -> None:
    of_addon = addon(
        service_account="probe",
        policies=lambda _: {"read": [Statement("Read", ["s3:ListBucket"], ["*"])]},
        values=lambda context: {"annotations": context.role_annotations},
    )
    made = Releases(environment(cluster={"identity": "irsa"}), [of_addon])
    assert made.values("probe")["annotations"] == {
        "eks.amazonaws.com/role-arn": "${aws_iam_role.probe_role.arn}"
    }
    assert not made.of("aws_eks_pod_identity_association")
    assert "aws_iam_role.probe_role" in made.before("probe")


def test_without_permissions_there_is_no_role() -> None:
    of_addon = addon(
        service_account="probe", values=lambda context: {"a": context.role_annotations}
    )
    made = Releases(environment(cluster={"identity": "irsa"}), [of_addon])
    assert not made.of("aws_iam_role")
    assert made.values("probe") == {"a": {}}


def test_namespaces_have_pod_security_labels_and_precede_their_releases() -> None:
    made = Releases(environment(), [addon(pod_security="baseline")])
    labels = made.of("kubernetes_namespace_v1")["namespace_probe"]["metadata"]["labels"]
    assert labels == {
        "app.kubernetes.io/part-of": "eks-platform",
        **{
            f"pod-security.kubernetes.io/{mode}": "baseline"
            for mode in ("audit", "enforce", "warn")
        },
    }
    assert "kubernetes_namespace_v1.namespace_probe" in made.before("probe")


def test_a_shared_namespace_has_the_standard_of_all_its_pods() -> None:
    made = Releases(environment(), [addon(), addon("other", pod_security="privileged")])
    [namespace] = made.of("kubernetes_namespace_v1").values()
    enforced = namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    assert enforced == "privileged"


def test_kubernetes_namespaces_are_not_managed() -> None:
    assert "kube-system" not in namespaces(environment())
    assert set(namespaces(environment())) == {
        "argocd",
        "cert-manager",
        "external-secrets",
        "elastic-system",
        "ingress",
        "logging",
        "monitoring",
        "vertical-pod-autoscaler",
    }


def test_custom_resources_keep_their_order() -> None:
    objects = [manifest("a/v1", "B", name, {}) for name in ("second", "first", "third")]
    made = Releases(environment(), [addon(resources=lambda _: objects)])
    found = made.values("probe-resources")["resources"]
    assert [item["metadata"]["name"] for item in found] == ["second", "first", "third"]


def test_failed_installations_are_rolled_back() -> None:
    for name, release in Releases(environment()).of("helm_release").items():
        assert release["atomic"], name
        assert release["wait"], name
        assert release["wait_for_jobs"], name
        assert 0 < release["timeout"] <= 1800, name


def test_every_helm_option_has_a_reason() -> None:
    for of_addon in all_addons():
        assert of_addon.helm.reason.endswith("."), of_addon.name
        assert of_addon.resources_helm.reason.endswith("."), of_addon.name
        assert of_addon.summary.endswith("."), of_addon.name


def test_no_value_is_a_secret() -> None:
    suspicious = ("password", "secret_key", "secretkey", "token:", "-----begin", "akia")
    for controller in ENDPOINTS:
        for name, release in rendered(with_controller(controller)).items():
            text = str(release.values).lower()
            for name_of_secret in NAMES_OF_SECRETS:
                text = text.replace(name_of_secret, "")
            assert not [word for word in suspicious if word in text], name


def test_reference_characters_in_values_are_refused() -> None:
    settings = with_settings(values={"a": [{"b": f"x{RESERVED[0]}"}]})
    [problem] = [p for p in problems(settings) if "private use" in p.message]
    assert problem.path == ("platform", SETTING, "values", "a", 0, "b")
