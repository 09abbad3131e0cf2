"""Which secrets External Secrets may read, and for which namespaces (J2)."""

from typing import Any

from config.derived.secret_refs import prefixes
from config.environment import Environment
from config.sections.teams import TEAM_LABEL
from modules.helm.cluster_secrets import API_VERSION, STORE
from modules.helm.contract import Context, Manifest, Policies
from modules.helm.manifests import manifest
from modules.identity.policy import Statement
from modules.identity.service_names import via_services


def team_store(team: str) -> str:
    """Name of the ClusterSecretStore of a team's namespaces."""
    return f"{STORE}-{team}"


def policies(environment: Environment) -> Policies:
    """Permission to read secrets by name.

    IAM cannot restrict listing and batch reads to some secrets. Without these permissions no
    store can find secrets outside of its prefixes.

    Source: https://external-secrets.io/latest/provider/aws-secrets-manager/
    """
    keys = environment.platform.external_secrets.kms_keys
    place = f"{environment.partition}:secretsmanager:{environment.region}:{environment.account}"
    read = Statement(
        "Read",
        ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        [f"arn:{place}:secret:{prefix}*" for prefix in prefixes(environment)],
    )
    decrypt = Statement(
        "Decrypt",
        ["kms:Decrypt"],
        keys,
        conditions={"StringEquals": {"kms:ViaService": _services(environment)}},
    )
    return {"read": (read, decrypt) if keys else (read,)}


def stores(context: Context) -> list[Manifest]:
    """One store for the platform, and one for each team, for the team's secrets only.

    They have no `auth`, so that the controller's role is used, as EKS Pod Identity requires.

    Source: https://external-secrets.io/latest/provider/aws-access/
    """
    environment = context.environment
    first = prefixes(environment)[0]
    no_team = {"matchExpressions": [{"key": TEAM_LABEL, "operator": "DoesNotExist"}]}
    return [
        _store(STORE, environment, {"namespaceSelector": no_team}),
        *(
            _store(
                team_store(name),
                environment,
                {"namespaces": sorted(team.namespaces)},
                prefix=f"{first}{name}/",
            )
            for name, team in sorted(environment.teams.items())
            if team.namespaces
        ),
    ]


def _store(
    name: str, environment: Environment, condition: dict[str, Any], **aws: str
) -> dict[str, Any]:
    provider = {"service": "SecretsManager", "region": environment.region, **aws}
    spec = {"provider": {"aws": provider}, "conditions": [condition]}
    return manifest(API_VERSION, "ClusterSecretStore", name, spec)


def _services(environment: Environment) -> list[str]:
    return via_services(environment.partition, environment.region, "secretsmanager")
