"""`platform.argo_cd`: Argo CD, its users, repositories and clusters."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.aws import RoleArn
from config.types.edge import Scheme, ZoneName
from config.types.git import RepositoryPath, RepositoryUrl, SsoGroup
from config.types.kubernetes import ClusterName, LabelKey, LabelValue, ObjectName

DEFAULT_PROJECT: Final = "default"
"""Project of applications that name none."""

PLATFORM_PROJECT: Final = "platform"
"""Project of the root application."""

FLEET_PROJECT: Final = "fleet"
"""Project of the applications of `fleet`."""

SecretReference = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?:[A-Za-z0-9._-]{1,253}$"),
    Form("<secret>:<key>, a Kubernetes secret in Argo CD's namespace and a key of it"),
]
"""https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#alternative"""


PolicyLine = Annotated[
    str,
    StringConstraints(pattern=r"^(p(, *[^,\n]+){5}|g(, *[^,\n]+){2})$"),
    Form("a line of Argo CD's policy: p, <role>, <resource>, <action>, <object>, allow"),
]
"""https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/"""

CertificateData = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9+/]{40,}={0,2}$"),
    Form("a PEM certificate in base64, as `aws eks describe-cluster` gives it"),
]

ApiServer = Annotated[
    str,
    StringConstraints(pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]+)?$"),
    Form("the https:// address of a Kubernetes API"),
]


class Connector(Settings):
    """An identity provider for Argo CD, connected by Dex."""

    type: Literal[
        "atlassian-crowd",
        "authproxy",
        "bitbucket-cloud",
        "gitea",
        "github",
        "gitlab",
        "google",
        "keystone",
        "ldap",
        "linkedin",
        "microsoft",
        "oauth",
        "oidc",
        "openshift",
        "saml",
    ]
    """Type of the Dex connector. https://dexidp.io/docs/connectors/"""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Name on the login page."""

    config: dict[str, Any] = {}
    """Configuration of the connector, as in Dex. Put secrets under `secrets`."""

    secrets: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+$")], SecretReference] = {}
    """Configuration whose values are in a Kubernetes Secret, for example `clientSecret:
    argocd-sso:client-secret`. `external_secrets.sources` sets its source; Terraform does not read
    it. A Secret that is created by other means needs the label `app.kubernetes.io/part-of:
    argocd`."""


class ArgoCdRbac(Settings):
    """RBAC of Argo CD. Each team also has its own project."""

    default_role: Literal["none", "readonly"] = "none"
    """Default role of users who can log in."""

    admins: list[SsoGroup] = []
    """Groups with the role `admin`."""

    readers: list[SsoGroup] = []
    """Groups with the role `readonly`."""

    policy: list[PolicyLine] = []
    """Additional lines of `policy.csv`."""

    scopes: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]], Field()] = [
        "groups"
    ]
    """Claims of the token that contain the groups."""


class Repository(Settings):
    """A repository of Argo CD.

    A private one needs a Secret in Argo CD's namespace with the label
    `argocd.argoproj.io/secret-type: repo-creds`, whose `url` is a prefix of the repository's URL;
    External Secrets can create it.
    """

    url: RepositoryUrl
    """URL of the repository."""

    type: Literal["git", "helm", "oci"] = "git"
    """Type of the repository."""


class RootApplication(Settings):
    """The app of apps: a folder of Application objects in a repository.

    Write access to it allows any change of the cluster, so it should belong to the platform team.
    """

    repository: RepositoryUrl
    """Address of the Git repository."""

    path: RepositoryPath = "."
    """Path of the folder."""

    revision: Annotated[str, Field(min_length=1, max_length=250)] = "HEAD"
    """Branch, tag or commit."""

    prune: bool = True
    """Delete objects that are no longer in the folder."""

    self_heal: bool = True
    """Revert changes that were made in the cluster."""


class HubCluster(Settings):
    """Another EKS cluster that this Argo CD deploys to.

    For one that this configuration makes, `fleet` does all of this. In that cluster `role_arn`
    needs an access entry with the policy `cluster_admin`. Its trust policy must allow the two roles
    of this Argo CD (`<cluster>-argocd-server` and `<cluster>-argocd-application-controller`)
    `sts:AssumeRole` and `sts:TagSession`. Its API must be reachable from this cluster.
    """

    server: ApiServer
    """URL of its Kubernetes API."""

    cluster_name: ClusterName
    """Name of the cluster in EKS."""

    certificate_authority: CertificateData
    """CA certificate of its API, which is not secret."""

    role_arn: RoleArn
    """The role that Argo CD assumes."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels for the cluster generator of ApplicationSets."""


class ClusterMetadata(Settings):
    """Labels and annotations of the clusters in this Argo CD, for ApplicationSets (docs/gitops.md).

    In a fleet the setting of the hub is for all its clusters, and each has the `labels` and
    `annotations` of its own file besides.
    """

    enabled: bool = False
    """Have the facts of each cluster there: account, region, VPC, domain, add-ons, roles."""

    labels: dict[LabelKey, LabelValue] = {}
    """Additional labels of this cluster."""

    annotations: dict[LabelKey, Annotated[str, Field(max_length=1000)]] = {}
    """Additional annotations of this cluster, for example the address of a repository."""


class ArgoCdSettings(AddonSettings):
    """Argo CD, which deploys applications from Git."""

    host: ZoneName | None = None
    """Host name, served by the front door. Default: none; use `kubectl port-forward`."""

    load_balancer: Scheme | None = None
    """The load balancer that serves the host name: `public`, or `internal` for that of
    `edge.internal`. Default: `public`, unless it is switched off and the internal one is not."""

    high_availability: bool | None = None
    """Two replicas of each component and three Redis pods on three nodes. Default: true if there
    are always at least three nodes."""

    admin_enabled: bool = True
    """Enable the user `admin`. Argo CD stores its initial password in the Secret
    `argocd-initial-admin-secret`. Disable it after single sign-on works."""

    connectors: dict[ObjectName, Connector] = {}
    """Identity providers for single sign-on, by id."""

    rbac: ArgoCdRbac = ArgoCdRbac()
    """RBAC."""

    repositories: dict[ObjectName, Repository] = {}
    """Repositories by name. Public ones need not be listed."""

    root: RootApplication | None = None
    """The app of apps."""

    default_project: Literal["closed", "open"] = "closed"
    """The project of applications that name none: `closed` allows nothing, `open` every repository,
    cluster, namespace and kind."""

    clusters: dict[ObjectName, HubCluster] = {}
    """Additional clusters that it deploys to, by name."""

    cluster_metadata: ClusterMetadata = ClusterMetadata()
    """Facts of the clusters for charts in Git."""
