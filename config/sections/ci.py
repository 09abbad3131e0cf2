"""The `ci` section: the repository whose pipelines plan and apply the environment."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.reading.form import Form
from config.settings import Settings

_Id = Annotated[int, Field(ge=1, le=2**53)]


class GitHubRepository(Settings):
    """A repository of GitHub. Its ids: `gh api repos/<owner>/<name> --jq '.owner.id, .id'`."""

    repository: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$"),
        Form(
            "<owner>/<name> of a repository of GitHub", r"github\.com[/:]([^/]+/[^/]+?)(?:\.git)?$"
        ),
    ]
    """Owner and name."""

    owner_id: _Id
    """Id of the owner, which no other owner ever gets."""

    repository_id: _Id
    """Id of the repository, which no other repository ever gets."""

    create_provider: bool = False
    """Whether the state stack makes the IAM OIDC provider for GitHub. An account has it once, for
    all environments; the state stacks of the others look it up."""

    runner: Annotated[str, Form("a label of runners")] = "ubuntu-24.04"
    """Label of the runners of the jobs: GitHub's, or your own in the VPC."""


class GitLabProject(Settings):
    """A project of GitLab."""

    project: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$"),
        Form("<group>/<project> of GitLab, with all subgroups"),
    ]
    """Its path. GitLab's subjects have no ids: a path that is given up can get another owner."""

    url: Annotated[
        str,
        StringConstraints(pattern=r"^https://[a-z0-9.-]+(/[A-Za-z0-9._-]+)*$"),
        Form("https:// and the host of the GitLab instance, without a slash at the end"),
    ] = "https://gitlab.com"
    """The instance, which issues the tokens. AWS reads its keys, so the internet reaches it."""

    image: Annotated[str, Form("an image with a tag or digest")]
    """Image of the jobs: Python 3.11, Node.js 20, Terraform, make, Git, curl and jq; for the tunnel
    the AWS CLI and the Session Manager plugin."""

    create_provider: bool = False
    """Whether the state stack makes the IAM OIDC provider for the instance, as for GitHub."""


class Ci(Settings):
    """The repository whose pipelines plan and apply the environment; `make ci` writes them."""

    branch: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$"),
        Form("the name of a branch"),
    ] = "main"
    """The branch that is applied."""

    github: GitHubRepository | None = None
    """The repository, on GitHub."""

    gitlab: GitLabProject | None = None
    """The project, on GitLab."""

    tunnel: bool | None = None
    """Whether jobs reach the Kubernetes API through a tunnel (`make tunnel`), for which the roles
    get the permissions. Default: where `cluster.endpoint.public` is false. With runners in the VPC
    it is not needed."""
