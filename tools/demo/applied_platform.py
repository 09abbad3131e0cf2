"""The platform stack, applied to the Kubernetes of this machine, and what it then refuses."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from config.environment import Environment
from runner.binary import TERRAFORM, VARIABLE
from runner.errors import RunnerError
from runner.manifest import Stack
from tools.demo.local_kubernetes import (
    LocalKubernetes,
    custom_resources,
    led_here,
    local_kubernetes,
    own_objects,
    own_releases,
    required_providers,
)
from tools.demo.platform import RELEASE
from tools.demo.proofs import proofs
from tools.demo.steps import Step, Steps
from tools.standins.reattach import REATTACH
from tools.standins.standins import StandIns, types_in

Made = Callable[[Step, Mapping[str, str]], int]
"""Applies the stack and plans it again, with environment variables; how many resources it has."""

_AT_ONCE: Final = {"TF_REGISTRY_DISCOVERY_RETRY": "0"}
"""A machine without internet access is not asked twice."""


class AppliedPlatform:
    """The steps of the platform stack."""

    def __init__(self, environment: Environment, stack: Stack, scratch: Path, steps: Steps) -> None:
        """Names what is applied.

        Args:
            environment: what the stack was made of.
            stack: the platform stack, which is rewritten: it leads to the local API.
            scratch: a folder for charts and stand-ins.
            steps: where the lines go.
        """
        self._environment, self._stack, self._steps = environment, stack, steps
        self._scratch = scratch / stack.name

    def run(self, environ: Mapping[str, str], wait: Callable[[], object], made: Made) -> None:
        """Starts the control plane, applies the stack to it, and asks it.

        Args:
            environ: the environment of Terraform, which leads it to the local AWS.
            wait: returns when the stacks that this one needs are applied.
            made: applies it.

        Raises:
            RunnerError: Terraform fails, or the API allows what it has to refuse.
            KubernetesStartError: the control plane does not start.
        """
        for name in ("charts", "mirror", "required"):
            (self._scratch / name).mkdir(parents=True)
        document = self._stack.document
        with ExitStack() as running:
            with self._steps.step("kubernetes") as step:
                started = local_kubernetes(self._environment, document, self._scratch / "charts")
                local = running.enter_context(started)
                step.proof = (
                    f"API server, controllers and scheduler of Kubernetes {local.version} on this "
                    f"machine, with {local.nodes} simulated nodes."
                )
            real = self._finds_providers(environ)
            file = self._stack.directory / "cdk.tf.json"
            file.write_text(json.dumps(led_here(document, local), indent=2))
            wait()
            with self._steps.step("platform") as step, self._providers(local, environ, real) as own:
                count = made(step, own)
                step.proof = (
                    f"{count} resources, applied to it in one pass; a second plan: No changes."
                )
            self._tell(local, real=real)
            client = local.client()
            objects = custom_resources(document)
            for name, asked in proofs(self._environment, client, objects, local.charts.open_kinds):
                with self._steps.step(name) as step:
                    step.proof = asked()

    def _finds_providers(self, environ: Mapping[str, str]) -> bool:
        """Whether Terraform finds the real helm and kubernetes providers, here or in a registry."""
        folder = self._scratch / "required"
        content = required_providers(self._stack.document)
        (folder / "main.tf.json").write_text(json.dumps(content))
        command = [
            environ.get(VARIABLE) or TERRAFORM.program,
            "init",
            "-no-color",
            "-input=false",
            "-backend=false",
        ]
        try:
            self._steps.run("providers", command, {**environ, **_AT_ONCE}, folder)
        except RunnerError:
            return False
        return True

    @contextmanager
    def _providers(
        self, local: LocalKubernetes, environ: Mapping[str, str], real: bool
    ) -> Iterator[Mapping[str, str]]:
        """The environment of a Terraform with the real providers, or with the stand-ins."""
        own = {**environ, **local.variables}
        if real:
            yield own
            return
        # The compiled modules of gRPC make the start of a provider a second faster.
        own.pop("PYTHONDONTWRITEBYTECODE", None)
        standins = StandIns(self._scratch / "mirror", types_in(self._stack.document))
        with standins.serving(own, self._stack.directory) as addresses:
            yield {**own, REATTACH: json.dumps(addresses)}

    def _tell(self, local: LocalKubernetes, *, real: bool) -> None:
        """Says what was applied, with what, and what was left out."""
        document, charts = self._stack.document, local.charts
        objects = ", ".join(
            f"{count} {kind}" for kind, count in sorted(own_objects(document).items())
        )
        self._steps.note(f"Objects of this project: {objects}.")
        releases = len(document["resource"][RELEASE])
        parts = [f"{own_releases(document)} of this project's own chart"]
        if charts.real:
            parts.append(f"of real charts in .charts: {', '.join(sorted(charts.real))}")
        if charts.stand_ins:
            parts.append(
                "of stand-in charts with CRDs, webhooks and pods like those of "
                f"{', '.join(sorted(charts.stand_ins))} (`make charts` fetches the real ones)"
            )
        self._steps.note(f"{releases} Helm releases: {'; '.join(parts)}.")
        self._steps.note(
            "Terraform found the real providers of helm and kubernetes."
            if real
            else "Terraform found no helm and kubernetes providers: stand-ins with their schemas "
            "apply objects by server-side apply, and releases with Helm."
        )
        self._steps.note(
            "Left out: the work of the add-ons. Nodes and pods are simulated: no container runs."
        )
        if charts.open_kinds:
            kinds = ", ".join(sorted(charts.open_kinds))
            self._steps.note(f"CRDs that accept any field, as the real ones are not here: {kinds}.")
