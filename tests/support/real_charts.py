"""Charts as their repositories publish them, and what is wrong with what they render to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modules.helm.contract import PodSecurity, Values
from support.helm import run, template
from support.kubernetes_objects import problems
from support.pod_security import pod_spec, violations


class UnreachableError(Exception):
    """A repository cannot be reached; the message says which, and why."""


def pulled(repository: str, name: str, version: str, folder: Path) -> Path:
    """Fetches a chart.

    Args:
        repository: its address, by https, http or oci.
        name: the chart's name there.
        version: its version.
        folder: where to unpack it.

    Returns:
        The chart's own folder.

    Raises:
        UnreachableError: the repository does not answer.
        LookupError: it answers, and has no such chart or version.
        HelmMissingError: there is no Helm here.
    """
    oci = repository.startswith("oci://")
    source = [f"{repository}/{name}"] if oci else [name, "--repo", repository]
    done = run("pull", *source, "--version", version, "--untar", "--untardir", str(folder))
    if done.returncode == 0:
        return folder / name
    if "not found" in done.stderr:
        raise LookupError(done.stderr.strip())
    reason = done.stderr.strip().rsplit('": ', 1)[-1]
    raise UnreachableError(f"helm pull cannot reach {repository}: {reason[:200]}")


def rendered_problems(
    chart: Path, release: str, values: Values, namespace: str, minor: str, level: PodSecurity
) -> set[str]:
    """The errors of Kubernetes for the objects of built-in kinds in a rendered chart.

    Args:
        chart: the chart's folder.
        release: the release's name.
        values: its values.
        namespace: its namespace.
        minor: the Kubernetes minor.
        level: the namespace's level of Pod Security.

    Raises:
        RuntimeError: Helm refuses chart or values; the message is Helm's.
        HelmMissingError: there is no Helm here.
    """
    arguments = ("--namespace", namespace, "--kube-version", f"{minor}.0")
    objects = template(chart, release, json.dumps(values), *arguments)
    built_in = [each for each in objects if _is_built_in(each["apiVersion"])]
    return {problem for each in built_in for problem in problems(each, minor)} | {
        f"{each['kind']} {each['metadata']['name']}: {violation}"
        for each in built_in
        if (pods := pod_spec(each)) is not None and not _is_test(each)
        for violation in violations(pods, level)
    }


def _is_built_in(api_version: str) -> bool:
    group = api_version.partition("/")[0]
    if "." not in group:
        return True
    return group.endswith(".k8s.io") and group.count(".") == 2 and "snapshot" not in group


def _is_test(manifest: Mapping[str, Any]) -> bool:
    """Whether an object is a Helm test, which `helm install` does not create."""
    annotations = manifest["metadata"].get("annotations") or {}
    return "test" in annotations.get("helm.sh/hook", "").split(",")
