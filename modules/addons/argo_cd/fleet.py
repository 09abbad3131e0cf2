"""The fleet in its hub's Argo CD: its clusters, and what is deployed to them (G6, K3)."""

from collections.abc import Sequence
from typing import Any, Final

from config.addons.argo_cd import FLEET_PROJECT
from config.derived import fleet
from config.environment import Environment
from config.sections.fleet import FleetApplication
from modules.addons.argo_cd.metadata import metadata, own_metadata
from modules.addons.argo_cd.resources import API_VERSION, FINALIZER, HERE, automatic, finalized
from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest
from modules.helm.references import reference

OWN_API: Final = "https://kubernetes.default.svc"
"""The address that Argo CD has for the cluster in which it runs."""

STEPS: Final = [
    {"matchExpressions": [{"key": fleet.ROLE, "operator": operator, "values": [fleet.PRIMARY]}]}
    for operator in ("NotIn", "In")
]
"""The next step begins when the applications of the one before are healthy.
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Progressive-Syncs/"""

ONLY_HERE: Final = (
    f'{{{{- if eq .name "{HERE}" }}}}\nmetadata:\n  finalizers: [{FINALIZER}]\n{{{{- end }}}}\n'
)
"""Deletes what was deployed to the hub with its Application, so that a destroy of the hub waits for
load balancers and volumes. What was deployed to a spoke stays, whatever happens to the hub.
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Application-Deletion/"""


def fleet_credentials(environment: Environment) -> dict[str, Any]:
    """The clusters that the platform makes: those of the fleet if this is its hub, and its own.

    Argo CD knows its own cluster without a Secret, which only its labels and annotations need.
    There is no secret in any of them.

    Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#eks
    """
    spokes = fleet.spokes(environment)
    facts = own_metadata(environment)
    if not (spokes or facts):
        return {}
    own = {
        "server": OWN_API,
        "config": {"tlsClientConfig": {"insecure": False}},
        **facts,
        "labels": facts.get("labels", {})
        | (fleet.labels(environment, environment) if spokes else {}),
    }
    return {HERE: own} | {each.name: _credentials(each, environment) for each in spokes}


def fleet_applications(context: Context) -> Sequence[Manifest]:
    """The project of the fleet and an ApplicationSet for each of its applications."""
    environment = context.environment
    spokes, applications = fleet.spokes(environment), environment.fleet.applications
    if not (spokes and applications):
        return ()
    project = {
        "description": "What the hub deploys to all clusters",
        "sourceRepos": sorted({each.repository for each in applications.values()}),
        "destinations": [
            {"name": name, "namespace": "*"} for name in (HERE, *(each.name for each in spokes))
        ],
        "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
    }
    return (
        finalized(context.namespace, "AppProject", FLEET_PROJECT, project),
        *(
            _application_set(context, name, application)
            for name, application in sorted(applications.items())
        ),
    )


def _credentials(spoke: Environment, hub: Environment) -> dict[str, Any]:
    outputs = f"fleet.{fleet.key(spoke)}.cluster"
    wanted = hub.platform.argo_cd.cluster_metadata.enabled
    facts = metadata(spoke, outputs) if wanted else {}
    return {
        **facts,
        "server": reference(f"{outputs}.cluster_endpoint"),
        "labels": facts.get("labels", {}) | fleet.labels(spoke, hub),
        "config": {
            "awsAuthConfig": {
                "clusterName": spoke.cluster_name,
                "roleARN": fleet.spoke_role_arn(spoke),
            },
            "tlsClientConfig": {
                "insecure": False,
                "caData": reference(f"{outputs}.cluster_certificate_authority"),
            },
        },
    }


def _application_set(context: Context, name: str, application: FleetApplication) -> Manifest:
    """https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Cluster/.

    The names have dots, which those of teams do not have.
    """
    selected = {"fleet": context.environment.name, **application.labels}
    return manifest(
        API_VERSION,
        "ApplicationSet",
        f"fleet.{name}",
        {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [{"clusters": {"selector": {"matchLabels": selected}}}],
            "syncPolicy": {"preserveResourcesOnDeletion": True},
            "strategy": {"type": "RollingSync", "rollingSync": {"steps": STEPS}},
            "template": {
                "metadata": {
                    "name": f"fleet.{name}.{{{{ .nameNormalized }}}}",
                    "labels": {fleet.ROLE: f"{{{{ .metadata.labels.{fleet.ROLE} }}}}"},
                },
                "spec": {
                    "project": FLEET_PROJECT,
                    "source": {
                        "repoURL": application.repository,
                        "targetRevision": application.revision,
                        "path": application.path,
                    },
                    "destination": {"name": "{{ .name }}"},
                    "syncPolicy": automatic(prune=True, self_heal=True),
                },
            },
            "templatePatch": ONLY_HERE,
        },
        namespace=context.namespace,
    )
