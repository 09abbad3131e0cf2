"""Kyverno's policies: what pods have to be like (requirement J6, option).

They are of the types that Kyverno keeps; ClusterPolicy is on its way out.
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
"""In the name of every private registry of ECR; those with IPv6 have the hyphen.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html"""

EPHEMERAL: Final = "pods/ephemeralcontainers"
"""How `kubectl debug` adds a container. Kyverno is not asked about it unless a policy says so.
https://github.com/kyverno/kyverno/pull/17427"""

POD_CONTROLLERS: Final = ("daemonsets", "deployments", "jobs", "statefulsets", "cronjobs")
"""Whoever makes one of these is told at once, and need not look for pods that never come."""

TIMEOUT_SECONDS: Final = 5
"""An expression takes milliseconds. The API server waits ten seconds unless told otherwise, with
every pod."""

SIGNATURE_TIMEOUT_SECONDS: Final = 20
"""A registry and the transparency log are asked; the API server allows 30."""


@dataclass(frozen=True)
class Rule:
    """One policy.

    Attributes:
        name: its name in the cluster.
        message: what is told to whom it refuses.
        expression: what has to be true, in CEL. Kyverno reads `object.spec` as the pod's template
            where the object is not a pod.
        containers: the lists of containers that `variables.containers` has.
    """

    name: str
    message: str
    expression: str
    containers: tuple[str, ...] = ()

    @property
    def variables(self) -> list[dict[str, str]]:
        """What its expression names."""
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
    """Expressions of a namespace selector that leaves the platform alone.

    Its pods do what only they may, and they have to start while Kyverno does not run.
    """
    kubernetes = KUBERNETES_NAMESPACES - {"default"}
    names = sorted({*kubernetes, *environment.platform.kyverno.excluded_namespaces})
    return [
        {"key": NAME_LABEL, "operator": "NotIn", "values": names},
        # Others may have the label, too, for something of theirs.
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
        *(_signed(environment, *item) for item in sorted(settings.signed_images.items())),
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
    """Kyverno logs in to ECR where a policy says so; other registries need none, or its secrets."""
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
    """What only reports must not stop anybody; what is enforced must not be slipped past."""
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
