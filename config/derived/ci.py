"""The jobs of a repository that assume the roles of pipelines, and what they need."""

from dataclasses import dataclass
from typing import Final, Literal

from config.environment import Environment
from config.sections.ci import GitHubRepository, GitLabProject

Provider = Literal["github", "gitlab"]
"""Who has the repository, as `ci` names them."""

GITHUB: Final = "token.actions.githubusercontent.com"
"""The issuer of the tokens of GitHub Actions, without https://."""

GITHUB_AUDIENCE: Final = "sts.amazonaws.com"

_PLATFORM: Final = "platform"


@dataclass(frozen=True)
class Issuer:
    """An issuer of tokens, for which an account has one IAM OIDC provider.

    Attributes:
        host: without https://, as in the ARN of the provider and in conditions.
        audience: of the tokens.
        created: whether the state stack makes the provider.
    """

    host: str
    audience: str
    created: bool

    def arn(self, environment: Environment) -> str:
        """ARN of the provider, known before it exists."""
        account = f"{environment.partition}:iam::{environment.account}"
        return f"arn:{account}:oidc-provider/{self.host}"


def github_issuer(github: GitHubRepository) -> Issuer:
    """The issuer of the tokens of GitHub Actions."""
    return Issuer(GITHUB, GITHUB_AUDIENCE, github.create_provider)


def gitlab_issuer(gitlab: GitLabProject) -> Issuer:
    """The GitLab instance, which is the audience of the tokens too."""
    return Issuer(gitlab.url.removeprefix("https://"), gitlab.url, gitlab.create_provider)


def issuers(environment: Environment) -> dict[Provider, Issuer]:
    """The issuers whose tokens roles trust by `ci`, by their keys there."""
    ci = environment.ci
    found: dict[Provider, Issuer] = {}
    if ci.github is not None:
        found["github"] = github_issuer(ci.github)
    if ci.gitlab is not None:
        found["gitlab"] = gitlab_issuer(ci.gitlab)
    return found


def trusts_repository(environment: Environment, name: str) -> bool:
    """Whether jobs of the repository of `ci` assume a role: one that names nothing else."""
    role = environment.ci_roles[name]
    return bool(issuers(environment)) and role.oidc is None and not role.principals


def deployment(environment: Environment, name: str) -> str:
    """Name of the environment of GitHub or GitLab in which the jobs of a role run that applies."""
    return f"{environment.name}-{name}"


def github_subjects(environment: Environment, name: str, github: GitHubRepository) -> list[str]:
    """Subjects of the jobs of a role, each with names alone and with the ids that never change.

    https://docs.github.com/en/actions/concepts/security/openid-connect#immutable-subject-claims
    """
    owner, _, repository = github.repository.partition("/")
    immutable = f"{owner}@{github.owner_id}/{repository}@{github.repository_id}"
    contexts = (
        [f"environment:{deployment(environment, name)}"]
        if environment.ci_roles[name].access == "apply"
        else ["pull_request", f"ref:refs/heads/{environment.ci.branch}"]
    )
    return [
        f"repo:{spelling}:{context}"
        for context in contexts
        for spelling in (github.repository, immutable)
    ]


def gitlab_subject(environment: Environment, name: str, gitlab: GitLabProject) -> str:
    """Subject of the jobs of a role: every branch plans, as merge requests do, and one applies.

    https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload
    """
    applies = environment.ci_roles[name].access == "apply"
    branch = environment.ci.branch if applies else "*"
    return f"project_path:{gitlab.project}:ref_type:branch:ref:{branch}"


def uses_tunnel(environment: Environment) -> bool:
    """Whether jobs reach the Kubernetes API through a tunnel."""
    tunnel = environment.ci.tunnel
    return not environment.cluster.endpoint.public if tunnel is None else tunnel


def opens_tunnel(environment: Environment, name: str) -> bool:
    """Whether the jobs of a role do: it has the platform stack."""
    stacks = environment.ci_roles[name].stacks
    return (
        trusts_repository(environment, name)
        and uses_tunnel(environment)
        and (stacks is None or _PLATFORM in stacks)
    )


def session_name(environment: Environment) -> str:
    """Name of the jobs' sessions with a role, with which the ids of their tunnels begin."""
    return f"eks-platform-{environment.name}"
