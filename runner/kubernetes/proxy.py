"""The proxy through which the Kubernetes API is reached: the user's own, or that of a tunnel.

The helm and kubernetes providers read its URL from an environment variable where their
configuration has none. So the synthesized JSON is the same with a tunnel and without.

Sources: https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs#proxy_url-1,
https://registry.terraform.io/providers/hashicorp/helm/latest/docs#proxy_url-1
"""

import os
from typing import Final

from runner.kubernetes.tunnel_record import open_tunnel

PROXY_VARIABLE: Final = "KUBE_PROXY_URL"

_FORMER_VARIABLE: Final = "KUBE_PROXY"
"""What the Helm provider 3.0.0 and 3.0.1 read in its place.
https://github.com/hashicorp/terraform-provider-helm/blob/v3.0.1/helm/provider.go"""


def proxy_to(environment: str) -> str | None:
    """The URL of the proxy to the API of an environment's cluster; None for a direct connection."""
    return os.environ.get(PROXY_VARIABLE) or open_tunnel(environment)


def proxy_variables(environment: str) -> dict[str, str]:
    """The environment variables with which Terraform's providers use the proxy."""
    proxy = proxy_to(environment)
    return {} if proxy is None else {PROXY_VARIABLE: proxy, _FORMER_VARIABLE: proxy}
