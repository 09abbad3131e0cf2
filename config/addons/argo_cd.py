"""GitOps in the `platform` section: Argo CD, who may use it, and what it deploys."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.aws import RoleArn
from config.types.edge import ZoneName
from config.types.git import RepositoryPath, RepositoryUrl, SsoGroup
from config.types.kubernetes import ClusterName, LabelKey, LabelValue, ObjectName

PLATFORM_PROJECT: Final = "platform"
"""Project of the root application."""

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
    """An identity provider that people log in to Argo CD with, by way of Dex."""

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
    """Dex's connector. https://dexidp.io/docs/connectors/"""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Name on the button of the login page."""

    config: dict[str, Any] = {}
    """Settings of the connector, by Dex's own names. No secrets: those go under `secrets`."""

    secrets: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+$")], SecretReference] = {}
    """Settings whose values are in a Kubernetes secret, for example
    `clientSecret: argocd-sso:client-secret`. `external_secrets.sources` says where it comes from;
    Terraform never sees it. One that somebody else makes needs the label
    `app.kubernetes.io/part-of: argocd`."""


class ArgoCdRbac(Settings):
    """Who may do what in Argo CD. Teams get their own projects besides."""

    default_role: Literal["none", "readonly"] = "none"
    """What everybody may do who can log in."""

    admins: list[SsoGroup] = []
    """Groups that may do everything."""

    readers: list[SsoGroup] = []
    """Groups that may see everything."""

    policy: list[PolicyLine] = []
    """Further lines of Argo CD's policy."""

    scopes: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]], Field()] = [
        "groups"
    ]
    """Claims of the login that groups are read from."""


class Repository(Settings):
    """A repository that Argo CD reads.

    A private one needs a secret in Argo CD's namespace with the label
    `argocd.argoproj.io/secret-type: repo-creds`, whose `url` begins like the repository's; External
    Secrets can make it. Here stands only what is no secret.
    """

    url: RepositoryUrl
    """Its address."""

    type: Literal["git", "helm", "oci"] = "git"
    """What it is."""


class RootApplication(Settings):
    """The application that brings all others: a folder of Application objects in a repository.

    Whoever may write there may deploy anything to the cluster, so it belongs to the platform.
    """

    repository: RepositoryUrl
    """Address of the Git repository."""

    path: RepositoryPath = "."
    """The folder."""

    revision: Annotated[str, Field(min_length=1, max_length=250)] = "HEAD"
    """Branch, tag or commit."""

    prune: bool = True
    """Delete from the cluster what is no longer in the folder."""

    self_heal: bool = True
    """Take back changes that were made in the cluster."""


class HubCluster(Settings):
    """Another EKS cluster that this Argo CD deploys to.

    There, `role_arn` has an access entry with the policy cluster_admin, and its trust policy lets
    the two roles of this Argo CD (`<cluster>-argocd-server` and
    `<cluster>-argocd-application-controller`) assume it, with `sts:AssumeRole` and
    `sts:TagSession`. The address has to be reachable from here.
    """

    server: ApiServer
    """Address of its Kubernetes API."""

    cluster_name: ClusterName
    """Its name in EKS."""

    certificate_authority: CertificateData
    """CA of its API, which is no secret."""

    role_arn: RoleArn
    """The role that Argo CD assumes."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels that ApplicationSets choose clusters by."""


class ArgoCdSettings(AddonSettings):
    """Argo CD, which deploys what is in Git."""

    host: ZoneName | None = None
    """Name that people reach it under, through the front door. Default: none, and it is reached
    with `kubectl port-forward`."""

    high_availability: bool | None = None
    """Two of everything and three Redis pods on three nodes. Default: yes where there are never
    fewer than three nodes."""

    admin_enabled: bool = True
    """Have the user `admin`, whose first password Argo CD puts into the secret
    `argocd-initial-admin-secret`. Switch it off once single sign-on works."""

    connectors: dict[ObjectName, Connector] = {}
    """Identity providers for single sign-on, by their id."""

    rbac: ArgoCdRbac = ArgoCdRbac()
    """Who may do what."""

    repositories: dict[ObjectName, Repository] = {}
    """Repositories that Argo CD knows, by name. Public ones need not be listed."""

    root: RootApplication | None = None
    """The application that brings all others."""

    clusters: dict[ObjectName, HubCluster] = {}
    """Further clusters that it deploys to, by name."""
