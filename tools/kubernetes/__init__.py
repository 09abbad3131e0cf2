"""A real Kubernetes API for tests: control plane and scheduler are real, nodes are simulated."""

from tools.kubernetes.client import Client, KubernetesError
from tools.kubernetes.cluster import Cluster
from tools.kubernetes.programs import Programs, ProgramsMissingError
from tools.kubernetes.start import KubernetesStartError, start

__all__ = [
    "Client",
    "Cluster",
    "KubernetesError",
    "KubernetesStartError",
    "Programs",
    "ProgramsMissingError",
    "start",
]
