"""A real Kubernetes API for tests: control plane and scheduler are real, nodes are simulated."""

from tools.kubernetes.client import Client, KubernetesError
from tools.kubernetes.cluster import Cluster
from tools.kubernetes.control_plane import KubernetesStartError
from tools.kubernetes.programs import Programs, ProgramsMissingError
from tools.kubernetes.start import start

__all__ = [
    "Client",
    "Cluster",
    "KubernetesError",
    "KubernetesStartError",
    "Programs",
    "ProgramsMissingError",
    "start",
]
