"""Facts of a cluster as labels and annotations of its Secret in Argo CD (L12).

ApplicationSets of charts in Git read them with the cluster generator, so that no account, VPC or
role is copied into a repository.

Source of the names of annotations: https://github.com/gitops-bridge-dev/gitops-bridge. There, a
label `enable_<add-on>` asks Argo CD to install an add-on; `has_<add-on>` says that it is there.
"""

from collections.abc import Iterator
from typing import Any, Final

from config.derived.front_doors import chosen, internal
from config.derived.workloads import release_roles, workload_roles
from config.environment import Environment
from modules.addons.catalog import enabled_addons
from modules.helm.contract import Addon
from modules.helm.gateway import GATEWAY, gateway_namespace, gateway_on
from modules.helm.references import ROLE, reference

HAS: Final = "has_"

ROLE_PREFIX: Final = "iam-role-arn"


def own_metadata(environment: Environment) -> dict[str, Any]:
    """Labels and annotations of the cluster in which Argo CD runs; nothing if they are off."""
    settings = environment.platform.argo_cd.cluster_metadata
    return metadata(environment, "cluster") if settings.enabled else {}


def metadata(environment: Environment, outputs: str) -> dict[str, Any]:
    """Labels and annotations of a cluster.

    Args:
        outputs: what references to outputs of its cluster stack begin with.
    """
    installed = [each for each in enabled_addons(environment) if each.installed(environment)]
    own = environment.platform.argo_cd.cluster_metadata
    return {
        "labels": dict(_labels(environment, installed)) | own.labels,
        "annotations": dict(_annotations(environment, installed, outputs)) | own.annotations,
    }


def _labels(environment: Environment, addons: list[Addon]) -> Iterator[tuple[str, str]]:
    yield "environment", environment.name
    yield "region", environment.region
    yield "kubernetes_version", environment.cluster.version
    for addon in addons:
        yield f"{HAS}{_key(addon.name)}", "true"


def _annotations(
    environment: Environment, addons: list[Addon], outputs: str
) -> Iterator[tuple[str, str]]:
    yield "aws_account_id", environment.account
    yield "aws_partition", environment.partition
    yield "aws_region", environment.region
    yield "aws_cluster_name", environment.cluster_name
    yield "aws_vpc_id", reference(f"{outputs}.vpc_id")
    yield "aws_node_security_group_id", reference(f"{outputs}.node_security_group_id")
    if environment.cluster.efs.enabled:
        yield "aws_efs_file_system_id", reference(f"{outputs}.efs_file_system_id")
    if environment.cluster.runs_karpenter:
        yield "karpenter_node_iam_role_name", reference(f"{outputs}.karpenter_node_role_name")
        yield "karpenter_sqs_queue_name", reference(f"{outputs}.karpenter_queue_name")
    yield from _domain(environment)
    for addon in addons:
        yield f"{_key(addon.name)}_namespace", addon.namespace_in(environment)
    yield from _roles(environment, addons)


def _domain(environment: Environment) -> Iterator[tuple[str, str]]:
    edge, ingress = environment.edge, environment.platform.ingress
    door, inside = chosen(environment, None), internal(environment)
    if door.settings.domain_names:
        yield "domain_name", door.settings.domain_names[0].removeprefix("*.")
    if edge.hosted_zone is not None:
        yield "hosted_zone_id", edge.hosted_zone.id
        yield "hosted_zone_name", edge.hosted_zone.name
    if inside.enabled and inside.settings.domain_names:
        yield "internal_domain_name", inside.settings.domain_names[0].removeprefix("*.")
    if ingress.enabled:
        if ingress.reads_ingresses:
            yield "ingress_class_name", door.class_name
            if inside.enabled:
                yield "internal_ingress_class_name", inside.class_name
        if gateway_on(environment):
            yield "gateway_name", GATEWAY
            yield "gateway_namespace", gateway_namespace(environment)
        yield "certificate_issuer", ingress.certificate_issuer


def _roles(environment: Environment, addons: list[Addon]) -> Iterator[tuple[str, str]]:
    """Service accounts with a role, and its ARN, which is known before it exists.

    Those of add-ons are named after the add-on, or after the account where it has several. The
    names of others may be too long for that: `<namespace>.iam-role-arn/<service account>`.
    """
    for addon in addons:
        if addon.has_role(environment) and not addon.id_prefix:
            for name, role in addon.roles(environment).items():
                key = _key(addon.name if name == ROLE else role.account)
                yield f"{key}_service_account", role.account
                yield f"{key}_iam_role_arn", role.arn(environment)
    for each in (*workload_roles(environment), *release_roles(environment)):
        yield f"{each.namespace}.{ROLE_PREFIX}/{each.service_account}", each.role_arn(environment)


def _key(name: str) -> str:
    return name.replace("-", "_")
