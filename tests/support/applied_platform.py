"""The platform stack of an environment, applied by Terraform to a real Kubernetes API.

The AWS provider is real and talks to the emulator. Those for helm and kubernetes are stand-ins
that apply for real: objects by server-side apply, releases by Helm.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from config.environment import Environment
from modules.addons.catalog import EXAMPLES as OUTPUTS
from modules.addons.catalog import rendered
from modules.helm.custom_resources import CHART
from runner.binary import binary
from support.output import synthesized_output
from support.premade import make_cluster, make_groups, make_states
from support.provider import SharedProvider
from tools.emulator import LocalAws
from tools.kubernetes import Client, Cluster
from tools.kubernetes.nodes import nodes_of
from tools.standins.cluster_charts import Charts
from tools.standins.reattach import reattached
from tools.standins.standins import StandIns, cluster_variables, types_in

EXAMPLES: Final = ("dev", "full", "isolated", "prod", "tracing")
"""The examples that are applied to a Kubernetes API. `make test-examples` applies the others to
stand-ins of the providers."""

CUSTOM_RESOURCES_CHART: Final = "custom_resources_chart"

IGNORED: Final = {
    # Controllers create and delete them with pods, leases and namespaces.
    "ComponentStatus",
    "Endpoints",
    "EndpointSlice",
    "Event",
    "Lease",
    "ControllerRevision",
    "Node",
    "CSINode",
    # Helm keeps the CRDs of a chart's crds/ folder, so that no custom resource is lost with them.
    "CustomResourceDefinition",
    "APIService",
}

ObjectName = tuple[str, str, str]
"""Kind, namespace and name."""


class AppliedPlatform:
    """One environment's platform stack, on one cluster.

    Attributes:
        environment: the environment.
        stack: its synthesized platform stack.
        charts: the charts that its releases install.
        releases: names of the releases.
        nodes: the cluster's nodes.
        lost: the addresses that an upgrade destroyed or replaced.
    """

    def __init__(
        self,
        environment: Environment,
        aws: LocalAws,
        provider: SharedProvider,
        cluster: Cluster,
        folder: Path,
    ) -> None:
        """Synthesizes the stack and makes what it expects: AWS resources, charts, CRDs."""
        self.environment = environment
        name = f"{environment.name}-platform"
        self.stack = synthesized_output(folder / "cdktf.out", environment).stack(name)
        (folder / "mirror").mkdir()
        (folder / "charts").mkdir()
        self.standins = StandIns(folder / "mirror", types_in(self.stack.json))
        self.charts = Charts(folder / "charts", cluster.ca_bundle)
        self.charts.add(rendered(environment))
        self.releases = set(rendered(environment))
        self._cluster = cluster
        of_cluster = cluster_variables(cluster, self.charts.folder)
        reached = aws.process_environment() | of_cluster | provider.variables()
        self._variables = self.standins.environment(reached)
        self._provider = provider
        make_cluster(aws, environment)
        groups = make_groups(aws, environment)
        make_states(aws, environment, self.stack.text, {**OUTPUTS, **groups})
        self.nodes = nodes_of(environment)
        self.lost: list[str] = []
        client = cluster.client()
        for crd in self.charts.crds_of_eks_addons(self.custom_resources()):
            client.apply(crd)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Runs one process of each provider for all commands."""
        with self.standins.serving(self._variables, self.stack.path) as addresses:
            self._variables |= reattached(self._provider.addresses | addresses)
            yield

    def add_nodes(self) -> None:
        """Creates the nodes. An apply of a Node would leave out how large it is: its status."""
        client = self._cluster.client()
        for node in self.nodes:
            client.create(node)

    def remove_nodes(self) -> None:
        """Deletes the nodes."""
        client = self._cluster.client()
        for node in self.nodes:
            client.delete(node)

    def upgrade(self, earlier: str) -> None:
        """Applies an earlier version's output, and then the synthesized one."""
        today = self.stack.text
        self.write(earlier)
        self.check("apply", "-auto-approve", "-input=false")
        self.write(today)
        self.check("plan", "-input=false", "-out=upgrade")
        plan = json.loads(self.check("show", "-json", "upgrade"))
        changes = plan.get("resource_changes", ())
        self.lost = [each["address"] for each in changes if "delete" in each["change"]["actions"]]
        self.check("apply", "-input=false", "upgrade")

    def write(self, text: str) -> None:
        """Puts another output in the place of the synthesized one."""
        self.charts.add_versions(rendered(self.environment), json.loads(text))
        (self.stack.path / "cdk.tf.json").write_text(text)
        for path in set(re.findall(r'"\./(assets/[^"]+)"', text)):
            if not (self.stack.path / path).exists():
                shutil.copytree(CHART, self.stack.path / path)

    def custom_resources(self) -> list[dict[str, Any]]:
        """The objects in the releases of our own chart."""
        return [
            manifest
            for release in self.stack.resources("helm_release").values()
            if CUSTOM_RESOURCES_CHART in release["chart"]
            for manifest in json.loads(release["values"][0])["resources"]
        ]

    def terraform(self, *arguments: str) -> tuple[int, str]:
        """Runs Terraform: its exit code and what it printed."""
        done = subprocess.run(
            [binary(os.environ), *arguments, "-no-color"],
            cwd=self.stack.path,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def check(self, *arguments: str) -> str:
        """Runs Terraform, which has to succeed, and gives what it printed."""
        code, text = self.terraform(*arguments)
        assert code == 0, text
        return text


def objects_of(client: Client) -> set[ObjectName]:
    """Every object that the API server did not create itself, by kind, namespace and name."""
    return {
        (each.kind, item["metadata"].get("namespace", ""), item["metadata"]["name"])
        for each in client.types()
        if {"list", "delete"} <= set(each.verbs) and each.kind not in IGNORED
        for item in client.request("GET", each.collection())["items"]
    }
