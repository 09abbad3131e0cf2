"""``python -m tools.kubernetes``: a Kubernetes API in a terminal of its own."""

import argparse
import shlex
import signal
import sys
import threading

import bindings
from tools.kubernetes.cluster import Cluster
from tools.kubernetes.control_plane import KubernetesStartError
from tools.kubernetes.programs import ProgramsMissingError
from tools.kubernetes.start import start


def main(arguments: list[str] | None = None) -> int:
    """Runs a control plane until Ctrl-C, or until it is told to end.

    Returns:
        The exit code: 0 after a stop that was asked for, 1 if it could not start.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.kubernetes", description=__doc__)
    parser.add_argument(
        "environment", nargs="?", help="environment whose nodes are simulated, for example dev"
    )
    parser.add_argument("--minor", default="", help="Kubernetes minor to emulate, for example 1.34")
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with start(options.minor, own=True) as cluster:
            nodes = 0
            if options.environment:
                nodes = _add_nodes(cluster, options.environment)
            sys.stdout.write(_greeting(cluster, nodes))
            sys.stdout.flush()
            stopped.wait()
    except (ProgramsMissingError, KubernetesStartError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("# The control plane has stopped; what was made in it is gone.\n")
    return 0


def _add_nodes(cluster: Cluster, name: str) -> int:
    # An environment loads the modules and with them Node.js, which the control plane does not need.
    bindings.install()
    from rules.load import EXAMPLES, load  # noqa: PLC0415
    from tools.kubernetes.nodes import nodes_of  # noqa: PLC0415

    (environment,) = load([EXAMPLES / f"{name}.yaml"])
    made = [cluster.client().create(node) for node in nodes_of(environment)]
    return len(made)


def _greeting(cluster: Cluster, nodes: int) -> str:
    """Text that a shell can also evaluate: everything but the settings is a comment."""
    version = cluster.client().request("GET", "/version")
    emulated = f"{version.get('emulationMajor', '')}.{version.get('emulationMinor', '')}"
    kubectl = shlex.join(cluster.programs.commands["kubectl"])
    return "\n".join(
        [
            f"# Kubernetes {version['gitVersion']} with the APIs of {emulated}, on this machine.",
            f"# {nodes} simulated nodes: pods are scheduled and reported as running; none runs.",
            "# All of it vanishes with Ctrl-C. Paste this line into another shell:",
            f"export KUBECONFIG={shlex.quote(str(cluster.kubeconfig))}",
            f"# kubectl, if you have none: {kubectl}",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
