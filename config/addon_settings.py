"""What can be said of every add-on of the `platform` section."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from config.kubernetes_types import ChartVersion, Namespace
from config.settings import Settings
from config.types import Form

ChartMirror = Annotated[
    str,
    StringConstraints(pattern=r"^(oci|https)://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]+)*$"),
    Form("oci:// or https:// and the address of a chart repository, without a slash at the end"),
]

ImageRegistry = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$"),
    Form("the host of a container registry, with a path or without, for example registry.example"),
]


class AddonSettings(Settings):
    """An add-on of the platform."""

    enabled: bool = True
    """Install it."""

    version: ChartVersion | None = None
    """Version of its chart. Default: the version table's."""

    namespace: Namespace | None = None
    """Namespace that it is installed in. Default: see its page under docs/addons."""

    values: dict[str, Any] = {}
    """Values of its chart, merged over the generator's. Null takes a default of the chart away.
    They are passed on as they are: a misspelt key is found by Helm, where the chart has a schema.
    No secrets: they would end up in the Terraform state."""


class Charts(Settings):
    """Where charts and images come from."""

    mirror: ChartMirror | None = None
    """Repository that has a copy of every chart, for clusters without a way to the internet.
    Charts keep their names and versions. Default: the repository of each project."""

    image_registry: ImageRegistry | None = None
    """Registry that has a copy of every image under its own path, for example
    `<registry>/jetstack/cert-manager-controller`. Default: the registry of each project."""


class LoadBalancerController(AddonSettings):
    """The AWS Load Balancer Controller."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas; one works, the others wait."""

    ingresses: bool = False
    """Also serve Ingresses of the class `alb`, each with a load balancer of its own. Whoever may
    make an Ingress then opens one to the internet, past the front door and its firewall."""
