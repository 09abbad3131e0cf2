"""Retention of logs in Elasticsearch: a lifecycle policy and an index template.

Elasticsearch has an API only for both. Elastic's StackConfigPolicy needs a paid license
(https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/elastic-stack-configuration-policies),
and the retention of Elasticsearch's configuration file is for data streams without a lifecycle
policy. So a Job calls the API, with the operator's generated password.
"""

import json
from typing import Any, Final

from config.environment import Environment
from modules.addons.elasticsearch.api_pod import api_pod, ca_volume, digest
from modules.helm.contract import Context, Manifest
from modules.helm.logs import ADMIN_SECRET, CA_SECRET, DATA_STREAMS, PORT, SERVICE
from modules.helm.manifests import manifest

POLICY: Final = "kubernetes-logs"
TEMPLATE: Final = "kubernetes-logs"

LABEL: Final = "elasticsearch-lifecycle"
"""Value of the name label of the Job's pod, whose own name changes."""

SCRIPT: Final = """\
ask() {
  path=$1; shift
  printf 'user = "elastic:%s"' "$PASS" |
    curl --config - --silent --show-error --fail-with-body --max-time 60 \\
      --cacert /ca/ca.crt --header 'Content-Type: application/json' "$@" "$URL/$path" && echo
}
until ask '_cluster/health?wait_for_status=yellow&timeout=30s'; do sleep 5; done
ask "_ilm/policy/$POLICY_NAME" --request PUT --data "$POLICY"
ask "_index_template/$TEMPLATE_NAME" --request PUT --data "$TEMPLATE"
"""
"""curl reads the password from standard input, so that no process list shows it."""


def policy(environment: Environment) -> dict[str, Any]:
    """The lifecycle policy: a new index at least daily, each deleted after the retention.

    Source: https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management
    """
    days = environment.platform.elasticsearch.retention_days
    rollover = {"max_age": "1d", "max_primary_shard_size": "50gb"}
    return {
        "policy": {
            "phases": {
                "hot": {"actions": {"rollover": rollover}},
                # Counted from the rollover.
                "delete": {"min_age": f"{days}d", "actions": {"delete": {}}},
            }
        }
    }


def index_template(environment: Environment) -> dict[str, Any]:
    """The index template of the data stream.

    Labels of pods and fields of applications have the type `flattened`: so `app` and `app.version`
    can both exist, and a field can be a number in one application and text in another, without
    rejected log entries.
    https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/flattened
    """
    flattened = {"type": "flattened", "ignore_above": 8191, "depth_limit": 50}
    keyword = {"type": "keyword", "ignore_above": 1024}
    return {
        "index_patterns": [DATA_STREAMS],
        "data_stream": {},
        # Above Elasticsearch's built-in template for logs-*-*, which deletes nothing.
        "priority": 500,
        "template": {
            "settings": {
                "index.lifecycle.name": POLICY,
                "index.number_of_shards": 1,
                "index.number_of_replicas": min(1, environment.platform.elasticsearch.nodes - 1),
                "index.codec": "best_compression",
                "index.refresh_interval": "10s",
                "index.mapping.ignore_malformed": True,
                "index.mapping.total_fields.ignore_dynamic_beyond_limit": True,
            },
            "mappings": {
                "date_detection": False,
                "dynamic_templates": [
                    {"text": {"match_mapping_type": "string", "mapping": keyword}}
                ],
                "properties": {
                    "@timestamp": {"type": "date"},
                    "message": {"type": "match_only_text"},
                    "fields": flattened,
                    "kubernetes": {"properties": {"labels": flattened}},
                },
            },
        },
    }


def job(context: Context) -> Manifest:
    """The Job that applies both. A change gives it a new name, so that it runs again."""
    environment, namespace = context.environment, context.namespace
    template = api_pod(
        environment,
        name="lifecycle",
        label=LABEL,
        script=SCRIPT,
        variables={
            "URL": f"https://{SERVICE}.{namespace}.svc:{PORT}",
            "POLICY_NAME": POLICY,
            "POLICY": json.dumps(policy(environment), sort_keys=True),
            "TEMPLATE_NAME": TEMPLATE,
            "TEMPLATE": json.dumps(index_template(environment), sort_keys=True),
        },
        password=(ADMIN_SECRET, "elastic"),
        volumes={"ca": ca_volume(CA_SECRET)},
    )
    spec = {"backoffLimit": 10, "template": template}
    name = f"elasticsearch-lifecycle-{digest(spec)}"
    return manifest("batch/v1", "Job", name, spec, namespace=namespace)
