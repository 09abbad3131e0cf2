"""The stacks of an example, as the checks of docs/hardening.md read them."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from support.output import Output

Body = Mapping[str, Any]


class Example:
    """The stacks of an example.

    Attributes:
        name: its name.
    """

    def __init__(self, output: Output, name: str) -> None:
        self._output, self.name = output, name

    def all(self, stack: str, type_: str) -> list[Body]:
        """The resources of a type in a stack, for example `cluster`."""
        name = f"{self.name}-{stack}"
        if name not in self._output.names:
            return []
        return list(self._output.stack(name).resources(type_).values())

    @property
    def cluster(self) -> Body:
        """The EKS cluster; empty where there is none."""
        return next(iter(self.all("cluster", "aws_eks_cluster")), {})

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of releases by name."""
        return {
            each["name"]: json.loads(each["values"][0])
            for each in self.all("platform", "helm_release")
        }

    @cached_property
    def objects(self) -> list[Body]:
        """The objects in releases of the project's own chart."""
        lists = (values.get("resources") for values in self.values.values())
        return [each for found in lists if isinstance(found, list) for each in found]

    def kind(self, *kinds: str) -> list[Body]:
        """The objects of kinds."""
        return [each for each in self.objects if each["kind"] in kinds]

    @cached_property
    def namespaces(self) -> dict[str, Mapping[str, str]]:
        """The namespaces that are made, with their labels."""
        made = self.all("platform", "kubernetes_namespace_v1")
        return {each["metadata"]["name"]: each["metadata"].get("labels", {}) for each in made}

    @cached_property
    def rules(self) -> list[Body]:
        """The rules of the project's own roles."""
        return [
            rule for role in self.kind("Role", "ClusterRole") for rule in role.get("rules") or ()
        ]

    def allows(self, resource: str, *verbs: str) -> bool:
        """Whether a rule without names of objects allows one of the verbs for a resource."""
        return any(
            {resource, "*"} & set(rule.get("resources", ()))
            and {"*", *verbs} & set(rule["verbs"])
            and not rule.get("resourceNames")
            for rule in self.rules
        )
