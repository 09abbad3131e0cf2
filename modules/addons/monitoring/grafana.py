"""Values of Grafana and the Secret of its first user (I2)."""

from collections.abc import Iterator
from typing import Any, Final

from config import versions
from config.addons.monitoring import GrafanaSso, ImageRenderer
from config.derived.front_doors import chosen
from config.environment import Environment
from modules.addons.monitoring import amp
from modules.helm.cluster_secrets import generated_secret
from modules.helm.contract import Context, Manifest, Values
from modules.helm.front_door_ingress import request_annotations
from modules.helm.gateway import front_door_route, routes_only
from modules.helm.metrics import DASHBOARD_FOLDER
from modules.helm.traces import DATA_SOURCE, EXEMPLAR_LABEL, tracing_on
from modules.scheduling import resources

SERVICE: Final = amp.GRAFANA
"""Grafana's Service and service account, which the chart names after its release."""

SERVICE_PORT: Final = 80

READER: Final = "grafana-dashboards"
"""The role with which Grafana's sidecar reads ConfigMaps of all namespaces."""

RBAC: Final = "rbac.authorization.k8s.io"

ADMIN: Final = "grafana-admin"
"""The Secret with name and password of the first user, and its generator."""

RENDERER: Final = "grafana-image-renderer"
"""The Secret with the token that Grafana shows its image renderer, and its generator."""

RENDERER_IMAGE: Final = "grafana/grafana-image-renderer"
RENDERER_USER: Final = 65532
"""The user of the image."""

NAME_KEY, WORD_KEY = "admin-user", "admin-password"
"""Its keys."""


def admin_secret(context: Context) -> tuple[Manifest, ...]:
    """The Secret, with a password that External Secrets generates.

    Once only, because Grafana reads the password only when it creates its database.
    """
    password = {"length": 40, "digits": 10, "symbols": 0, "noUpper": False, "allowRepeat": True}
    data = {NAME_KEY: "admin", WORD_KEY: "{{ .password }}"}
    return generated_secret(ADMIN, context.namespace, password, data)


def renderer_secret(context: Context) -> tuple[Manifest, ...]:
    """The Secret of the image renderer; none without it."""
    if not context.environment.platform.monitoring.grafana.image_renderer.enabled:
        return ()
    word = {"length": 40, "digits": 10, "symbols": 0, "noUpper": False, "allowRepeat": True}
    return generated_secret(RENDERER, context.namespace, word, {"token": "{{ .password }}"})


def dashboard_reader(context: Context) -> tuple[Manifest, ...]:
    """Lets Grafana read the ConfigMaps of all namespaces; the role of the chart adds Secrets."""
    rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}
    account = {"kind": "ServiceAccount", "name": SERVICE, "namespace": context.namespace}
    return (
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": "ClusterRole",
            "metadata": {"name": READER},
            "rules": [rule],
        },
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": READER},
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": READER},
            "subjects": [account],
        },
    )


def grafana_values(context: Context, storage_class: str | None) -> Values:
    """Values of the sub-chart; https://github.com/grafana-community/helm-charts/tree/main/charts/grafana.

    * Its database is a file, so that there is one pod, which releases the volume before a new pod
      starts.
    * Dashboards come from ConfigMaps of any namespace with the label `grafana_dashboard: "1"`.
      Files have the namespace in their names, so that none replaces that of another.
    * Data sources come from ConfigMaps and Secrets of its own namespace only, because a data
      source can send files and variables of the pod to any address.

    Args:
        storage_class: class of its volume; None for the cluster's default class.
    """
    environment = context.environment
    settings = environment.platform.monitoring.grafana
    return {
        "admin": {"existingSecret": ADMIN, "userKey": NAME_KEY, "passwordKey": WORD_KEY},
        "persistence": {
            "enabled": True,
            **({"storageClassName": storage_class} if storage_class else {}),
            "size": f"{settings.storage_gib}Gi",
            # The chart's default writes the volume's name into the claim from the second revision
            # on. A claim cannot change, so no rollback to the first would be possible.
            "lookupVolumeName": False,
        },
        "deploymentStrategy": {"type": "Recreate"},
        # The volume belongs to the group of `fsGroup`, so that no container runs as root.
        "initChownData": {"enabled": False},
        "testFramework": {"enabled": False},
        "resources": resources("100m", "512Mi"),
        "sidecar": {
            "resources": resources("20m", "128Mi"),
            "enableUniqueFilenames": True,
            "dashboards": {
                "searchNamespace": "ALL",
                "resource": "configmap",
                "folderAnnotation": DASHBOARD_FOLDER,
                "provider": {"foldersFromFilesStructure": True},
            },
            "datasources": _exemplars(environment),
        },
        # Roles in its own namespace; dashboard_reader makes that of all namespaces.
        "rbac": {"namespaced": True},
        "imageRenderer": _image_renderer(settings.image_renderer),
        "ingress": _ingress(environment),
        "grafana.ini": _ini(environment),
        **_sso_secret(settings.sso),
        **amp.service_account(context, SERVICE),
        **amp.grafana_values(environment),
    }


def route(context: Context) -> tuple[Manifest, ...]:
    """The route behind the front door, where the controller reads no Ingress."""
    host = context.environment.platform.monitoring.grafana.host
    if host is None or not routes_only(context.environment):
        return ()
    return (front_door_route(context, SERVICE, [host], SERVICE, SERVICE_PORT),)


def _image_renderer(settings: ImageRenderer) -> Values:
    """The renderer, which reaches Grafana only and is reached by Grafana only.

    Source: https://grafana.com/docs/grafana/latest/setup-grafana/image-rendering/
    """
    if not settings.enabled:
        return {"enabled": False}
    return {
        "enabled": True,
        "existingSecret": RENDERER,
        "image": {
            "tag": versions.table().images[RENDERER_IMAGE].version,
            "pullPolicy": "IfNotPresent",
        },
        "networkPolicy": {"limitIngress": True, "limitEgress": True},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": RENDERER_USER,
            "runAsGroup": RENDERER_USER,
        },
        "resources": resources(settings.cpu, settings.memory),
    }


def _exemplars(environment: Environment) -> dict[str, Any]:
    """Links from exemplars of metrics to their traces, in the data source of Prometheus."""
    if not tracing_on(environment):
        return {}
    link = {"datasourceUid": DATA_SOURCE, "traceIdLabelName": EXEMPLAR_LABEL}
    return {"exemplarTraceIdDestinations": link}


def _ini(environment: Environment) -> dict[str, Any]:
    settings = environment.platform.monitoring.grafana
    tls = chosen(environment, settings.load_balancer).serves_tls
    ini: dict[str, Any] = {
        "analytics": {
            "reporting_enabled": False,
            "check_for_updates": False,
            "check_for_plugin_updates": False,
        },
        "security": {"cookie_secure": settings.host is not None and tls, "disable_gravatar": True},
        "users": {"allow_sign_up": False},
        **amp.grafana_ini(environment),
    }
    if settings.host:
        scheme = "https" if tls else "http"
        ini["server"] = {"root_url": f"{scheme}://{settings.host}"}
    if settings.sso:
        ini["auth.generic_oauth"] = _oauth(settings.sso)
    return ini


def _oauth(sso: GrafanaSso) -> dict[str, Any]:
    """https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/generic-oauth/."""
    return {
        "enabled": True,
        "name": sso.name,
        "client_id": sso.client_id,
        "scopes": " ".join(sso.scopes),
        "auth_url": sso.auth_url,
        "token_url": sso.token_url,
        "api_url": sso.api_url,
        "use_pkce": True,
        "allow_sign_up": True,
        "role_attribute_path": " || ".join(_roles(sso)),
        "role_attribute_strict": not sso.others_may_view,
    }


def _roles(sso: GrafanaSso) -> Iterator[str]:
    """JMESPath expressions for a user's role; https://jmespath.org/specification.html.

    Users without a role are refused, because of `role_attribute_strict`.
    """
    for groups, role in ((sso.admins, "Admin"), (sso.editors, "Editor")):
        for group in groups:
            literal = group.replace("\\", "\\\\").replace("'", "\\'")
            yield f"contains({sso.groups_claim}[*], '{literal}') && '{role}'"
    if sso.others_may_view:
        yield "'Viewer'"


def _sso_secret(sso: GrafanaSso | None) -> dict[str, Any]:
    if sso is None:
        return {}
    name, _, key = sso.client_secret.partition(":")
    reference = {"secretKeyRef": {"name": name, "key": key}}
    return {"envValueFrom": {"GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET": reference}}


def _ingress(environment: Environment) -> dict[str, Any]:
    """The Ingress behind the front door, with a certificate from cert-manager.

    Where the controller reads no Ingress there is a route instead.
    """
    settings, ingress = environment.platform.monitoring.grafana, environment.platform.ingress
    host, door = settings.host, chosen(environment, settings.load_balancer)
    if host is None or routes_only(environment):
        return {"enabled": False}
    made: dict[str, Any] = {
        "enabled": True,
        "ingressClassName": door.class_name,
        "hosts": [host],
    }
    # Grafana Live sends changes of dashboards and streamed metrics through websockets.
    annotations = request_annotations(environment, SERVICE)
    if door.serves_tls:
        made["tls"] = [{"secretName": "grafana-tls", "hosts": [host]}]
        annotations["cert-manager.io/cluster-issuer"] = ingress.certificate_issuer
    return made | {"annotations": annotations}
