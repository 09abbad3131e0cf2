"""Kyverno's policies (J6, option).

They use the new policy types; ClusterPolicy is deprecated.
https://kyverno.io/docs/policy-types/validating-policy/
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from config.addons.kyverno import AdmissionPolicy, SignedImages
from config.environment import Environment
from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest
from modules.helm.pod_security import KUBERNETES_NAMESPACES, PLATFORM_LABEL

API_VERSION: Final = "policies.kyverno.io/v1"

NAME_LABEL: Final = "kubernetes.io/metadata.name"

ATTESTOR: Final = "signer"

ECR: Final = re.compile(r"\.dkr[.-]ecr")
"""Part of the name of every private ECR registry; dual-stack names have the hyphen.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html"""

EPHEMERAL: Final = "pods/ephemeralcontainers"
"""The subresource of `kubectl debug`, which a policy must match explicitly.
https://github.com/kyverno/kyverno/pull/17427"""

POD_CONTROLLERS: Final = ("daemonsets", "deployments", "jobs", "statefulsets", "cronjobs")
"""Also validated, so that the author sees the error instead of missing pods."""

TIMEOUT_SECONDS: Final = 5
"""An expression takes milliseconds. The API server's default is 10 seconds, for every pod."""

SIGNATURE_TIMEOUT_SECONDS: Final = 20
"""It calls a registry and the transparency log; the API server's maximum is 30."""


@dataclass(frozen=True)
class Rule:
    """A validating policy.

    Attributes:
        name: its name in the cluster.
        message: the message of a refusal.
        expression: the condition in CEL. For objects other than pods, Kyverno evaluates
            `object.spec` on the pod template.
        containers: the lists of containers in `variables.containers`.
    """

    name: str
    message: str
    expression: str
    containers: tuple[str, ...] = ()

    @property
    def variables(self) -> list[dict[str, str]]:
        """The variables of its expression."""
        lists = [f"(has(object.spec.{name}) ? object.spec.{name} : [])" for name in self.containers]
        return [{"name": "containers", "expression": " + ".join(lists)}] if lists else []


RULES: Final[Mapping[AdmissionPolicy, Rule]] = {
    "privileged": Rule(
        "disallow-privileged-containers",
        "a container must not be privileged",
        "variables.containers.all(container, !has(container.securityContext) || "
        "!has(container.securityContext.privileged) || !container.securityContext.privileged)",
        ("containers", "initContainers", "ephemeralContainers"),
    ),
    "host_namespaces": Rule(
        "disallow-host-namespaces",
        "hostNetwork, hostPID and hostIPC must not be true",
        "(!has(object.spec.hostNetwork) || !object.spec.hostNetwork) && "
        "(!has(object.spec.hostPID) || !object.spec.hostPID) && "
        "(!has(object.spec.hostIPC) || !object.spec.hostIPC)",
    ),
    "host_paths": Rule(
        "disallow-host-paths",
        "a volume must not be a hostPath",
        "!has(object.spec.volumes) || object.spec.volumes.all(volume, !has(volume.hostPath))",
    ),
    "resources": Rule(
        "require-requests-and-limits",
        "every container needs requests of CPU and memory, and a limit of memory",
        "variables.containers.all(container, has(container.resources) && "
        "has(container.resources.requests) && has(container.resources.limits) && "
        "'cpu' in container.resources.requests && 'memory' in container.resources.requests && "
        "'memory' in container.resources.limits)",
        ("containers", "initContainers"),
    ),
}


def excluded(environment: Environment) -> list[dict[str, Any]]:
    """Expressions of a namespace selector that excludes the platform.

    Its pods need privileges, and must start while Kyverno does not run.
    """
    kubernetes = KUBERNETES_NAMESPACES - {"default"}
    names = sorted({*kubernetes, *environment.platform.kyverno.excluded_namespaces})
    return [
        {"key": NAME_LABEL, "operator": "NotIn", "values": names},
        # The user's namespaces may have this label with other values.
        *(
            {"key": key, "operator": "NotIn", "values": [its]}
            for key, its in PLATFORM_LABEL.items()
        ),
    ]


def policies(context: Context) -> Sequence[Manifest]:
    """The policies of an environment."""
    environment = context.environment
    settings = environment.platform.kyverno
    return (
        *(_validating(environment, RULES[name]) for name in RULES if name in settings.policies),
        *(
            [_validating(environment, _registries(settings.registries))]
            if settings.registries
            else []
        ),
        *(_signed(environment, *item) for item in sorted(settings.signed_images.items())),
    )


def _registries(allowed: Sequence[str]) -> Rule:
    """Images without a registry are Docker Hub's, and have no such beginning."""
    named = ", ".join(f"'{each}'" for each in allowed)
    return Rule(
        "allowed-registries",
        f"the name of an image must begin with {' or '.join(allowed)}",
        f"variables.containers.all(container, [{named}].exists(allowed, "
        "container.image.startsWith(allowed)))",
        ("containers", "initContainers", "ephemeralContainers"),
    )


def _validating(environment: Environment, rule: Rule) -> Manifest:
    validation = {"expression": rule.expression, "message": rule.message}
    return manifest(
        API_VERSION,
        "ValidatingPolicy",
        rule.name,
        {
            **_common(
                environment, TIMEOUT_SECONDS, ephemeral="ephemeralContainers" in rule.containers
            ),
            "autogen": {"podControllers": {"controllers": list(POD_CONTROLLERS)}},
            **({"variables": rule.variables} if rule.variables else {}),
            "validations": [validation],
        },
    )


def _signed(environment: Environment, name: str, signed: SignedImages) -> Manifest:
    """https://kyverno.io/docs/policy-types/image-validating-policy/."""
    checks = [
        f"images.{kind}.map(image, verifyImageSignatures(image, [attestors.{ATTESTOR}]))"
        ".all(count, count > 0)"
        for kind in ("containers", "initContainers", "ephemeralContainers")
    ]
    message = f"the image must be signed, as signed_images.{name} says"
    return manifest(
        API_VERSION,
        "ImageValidatingPolicy",
        f"signed-images-{name}",
        {
            **_common(environment, SIGNATURE_TIMEOUT_SECONDS, ephemeral=True),
            "matchImageReferences": [{"glob": image} for image in signed.images],
            **_credentials(signed),
            "attestors": [{"name": ATTESTOR, "cosign": _cosign(signed)}],
            "validations": [{"expression": " && ".join(checks), "message": message}],
        },
    )


def _credentials(signed: SignedImages) -> dict[str, Any]:
    """A policy must enable ECR logins; other registries need none, or Kyverno's secrets."""
    ecr = any(ECR.search(image) or image.startswith("*") for image in signed.images)
    return {"credentials": {"providers": ["amazon"]}} if ecr else {}


def _cosign(signed: SignedImages) -> dict[str, Any]:
    log = {} if signed.transparency_log else {"ctlog": {"insecureIgnoreTlog": True}}
    if signed.public_key is not None:
        return {"key": {"data": signed.public_key}, **log}
    identity = {
        "issuer": signed.issuer,
        "subject": signed.subject,
        "subjectRegExp": signed.subject_pattern,
    }
    return {"keyless": {"identities": [{k: v for k, v in identity.items() if v}]}, **log}


def _common(environment: Environment, timeout: int, *, ephemeral: bool) -> dict[str, Any]:
    """In audit mode a failing webhook must not block pods; in enforce mode it must."""
    enforced = environment.platform.kyverno.mode == "enforce"
    resources = ["pods", EPHEMERAL] if ephemeral else ["pods"]
    pods = {"apiGroups": [""], "apiVersions": ["v1"], "resources": resources}
    return {
        "validationActions": ["Deny" if enforced else "Audit"],
        "failurePolicy": "Fail" if enforced else "Ignore",
        "webhookConfiguration": {"timeoutSeconds": timeout},
        "matchConstraints": {
            "namespaceSelector": {"matchExpressions": excluded(environment)},
            "resourceRules": [{**pods, "operations": ["CREATE", "UPDATE"]}],
        },
    }
