"""Import of the data views, saved searches and dashboards into Kibana (I6).

No resource of Elastic's operator makes any: StackConfigPolicy has no saved objects and needs a paid
license. So a Job imports a file, with a user that may write these kinds of objects only. A CronJob
imports it again each night, which repairs what was changed or deleted; the ids are fixed, so that
nothing is there twice and objects of others stay as they are.
https://www.elastic.co/docs/api/doc/kibana/operation/operation-post-saved-objects-import
"""

from typing import Any, Final

from config.environment import Environment
from modules.addons.elasticsearch.api_pod import CA_FOLDER, Volume, api_pod, ca_volume, digest
from modules.addons.elasticsearch.saved_objects import ndjson
from modules.addons.elasticsearch.user_secret import user_secret
from modules.helm.contract import Context, Manifest
from modules.helm.logs import KIBANA, KIBANA_PORT, KIBANA_SERVICE
from modules.helm.manifests import manifest

NAME: Final = "kibana-dashboards"
"""The user, and the objects that import the file."""

USER_SECRET: Final = f"{NAME}-elasticsearch"

ROLE: Final = "saved_objects_writer"

PRIVILEGES: Final[dict[str, Any]] = {
    "applications": [
        {
            "application": "kibana-.kibana",
            "privileges": [
                "feature_dashboard_v2.all",
                "feature_discover_v2.all",
                "feature_indexPatterns.all",
            ],
            "resources": ["space:default"],
        }
    ]
}
"""Dashboards, saved searches and data views of the default space; no logs, no other API.

Kibana checks an import against the privileges of each kind of object.
https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/kibana-privileges
"""

SCHEDULE: Final = "23 3 * * *"

FOLDER: Final = "/objects"
FILE: Final = "dashboards.ndjson"
"""Kibana refuses files with another extension."""

SCRIPT: Final = """\
ask() {
  path=$1; shift
  printf 'user = "%s:%s"' "$NAME" "$PASS" |
    curl --config - --silent --show-error --fail-with-body --max-time 120 \\
      ${CA:+--cacert "$CA"} --header 'kbn-xsrf: true' "$@" "$URL/$path"
}
until ask api/status --output /dev/null; do sleep 5; done
answer=$(ask 'api/saved_objects/_import?overwrite=true' --form "file=@$FILE") ||
  { echo "$answer"; exit 1; }
echo "$answer"
[[ $answer == *'"success":true'* ]]
"""
"""curl reads the password from standard input, so that no process list shows it. Kibana answers
with the status 200 even where it has not imported every object."""


def has_dashboards(environment: Environment) -> bool:
    """Whether they are imported into Kibana."""
    kibana = environment.platform.elasticsearch.kibana
    return kibana.enabled and kibana.dashboards


def writer_secret(context: Context) -> tuple[Manifest, ...]:
    """The Secret with user, password and role, from which Elastic's operator makes the user."""
    if not has_dashboards(context.environment):
        return ()
    return user_secret(context, USER_SECRET, NAME, ROLE, PRIVILEGES)


def objects(context: Context) -> tuple[Manifest, ...]:
    """The file, and what imports it."""
    environment, namespace = context.environment, context.namespace
    if not has_dashboards(environment):
        return ()
    file = ndjson(environment)
    template = _pod(context)
    spec = {"backoffLimit": 10, "template": template}
    nightly = {
        "schedule": SCHEDULE,
        "concurrencyPolicy": "Forbid",
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 1,
        "jobTemplate": {"spec": {**spec, "activeDeadlineSeconds": 3600}},
    }
    name = f"{NAME}-{digest(spec, file)}"
    return (
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": namespace},
            "data": {FILE: file},
        },
        manifest("batch/v1", "Job", name, spec, namespace=namespace),
        manifest("batch/v1", "CronJob", NAME, nightly, namespace=namespace),
    )


def _pod(context: Context) -> dict[str, Any]:
    environment = context.environment
    # Behind the front door, the ingress controller terminates TLS.
    plain = environment.platform.elasticsearch.kibana.host is not None
    volumes: dict[str, Volume] = {"objects": (FOLDER, {"configMap": {"name": NAME}})}
    if not plain:
        volumes["ca"] = ca_volume(f"{KIBANA}-kb-http-certs-public")
    scheme = "http" if plain else "https"
    return api_pod(
        environment,
        name="import",
        label=NAME,
        script=SCRIPT,
        variables={
            "URL": f"{scheme}://{KIBANA_SERVICE}.{context.namespace}.svc:{KIBANA_PORT}",
            "CA": "" if plain else f"{CA_FOLDER}/ca.crt",
            "NAME": NAME,
            "FILE": f"{FOLDER}/{FILE}",
        },
        password=(USER_SECRET, "password"),
        volumes=volumes,
    )
