"""``python -m tools.kubernetes``: a Kubernetes API in a terminal of its own."""

import argparse
import shlex
import signal
import sys
import threading
from typing import Any

import bindings
from rules.load import ConfigError, load
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
        minor, nodes = _of_environment(options.environment)
        with start(options.minor or minor, own=True) as cluster:
            for node in nodes:
                cluster.client().create(node)
            sys.stdout.write(_greeting(cluster, len(nodes)))
            sys.stdout.flush()
            stopped.wait()
    except (ConfigError, ProgramsMissingError, KubernetesStartError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("# The control plane has stopped; what was made in it is gone.\n")
    return 0


def _of_environment(name: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The minor and the nodes of an environment.

    Raises:
        ConfigError: there is none of this name, or it has problems.
    """
    if not name:
        return "", []
    # An environment loads the modules and with them Node.js, which the control plane does not need.
    bindings.install()
    from tools.kubernetes.nodes import nodes_of  # noqa: PLC0415

    (environment,) = load([name])
    return environment.cluster.version, nodes_of(environment)


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
