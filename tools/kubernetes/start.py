"""Starts a control plane with simulated nodes on this machine, and stops it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools.kubernetes.cluster import Cluster, kind_access, write_kubeconfig
from tools.kubernetes.control_plane import ControlPlane
from tools.kubernetes.finalizers import Finalizers
from tools.kubernetes.pods import Pods
from tools.kubernetes.programs import find
from tools.kubernetes.volumes import Provisioner
from tools.kubernetes.webhooks import Webhooks


@contextmanager
def start(minor: str = "", *, own: bool = False) -> Iterator[Cluster]:
    """A cluster for as long as the context lasts: kind's where KUBECONFIG leads to it, else ours.

    Ports, files and data are its own, so several run side by side.

    Args:
        minor: the Kubernetes minor that ours emulates, for example `1.34`; its own by default.
        own: whether to leave a cluster of kind alone.

    Raises:
        ProgramsMissingError: a program is missing and cannot be built.
        KubernetesStartError: a part does not start.
    """
    programs = find()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kube-")))
        access = None if own else kind_access(os.environ, folder)
        control_plane = ControlPlane(programs, folder)
        stack.callback(control_plane.stop)
        ca_bundle = ""
        if access is None:
            pods = stack.enter_context(Pods(folder))
            ca_bundle = pods.ca_bundle
            access = control_plane.start_api(minor, pods.egress)
            write_kubeconfig(folder / "kubeconfig", access)
            control_plane.start_controllers()
        else:
            write_kubeconfig(folder / "kubeconfig", access)
        control_plane.start_nodes()
        cluster = Cluster(access, folder / "kubeconfig", programs, ca_bundle)
        stack.callback(cluster.close)
        control_plane.wait_for_controllers(cluster.client())
        stack.enter_context(Provisioner(cluster.client()))
        stack.enter_context(Webhooks(cluster.client(), ca_bundle))
        stack.enter_context(Finalizers(cluster.client()))
        yield cluster
