"""Platform stacks for tests."""

import json
from typing import Any

from cdktf import App, Testing

from modules.helm.contract import Addon, Context, Values
from stacks.platform import PlatformStack
from support.environments import environment

Resources = dict[str, dict[str, dict[str, Any]]]

TEAM: dict[str, Any] = {"namespaces": {"shop": {}}}
GIT = "https://github.com/example/applications"


def platform_resources(**settings: Any) -> Resources:
    """The resources of the platform stack of an environment with these settings."""
    stack = PlatformStack(App(stack_traces=False), environment(**settings))
    return json.loads(Testing.synth(stack))["resource"]


def context(addon: Addon, **settings: Any) -> Context:
    """What an add-on's values may refer to, in an environment with these settings."""
    made = environment(**settings)
    return Context(made, addon.namespace_in(made))


def values(addon: Addon, **settings: Any) -> Values:
    """An add-on's values in an environment with these settings."""
    return addon.values(context(addon, **settings))


def before(resources: Resources, address: str) -> set[str]:
    """Everything that Terraform makes before a resource, by `depends_on` and reference."""
    bodies = {
        f"{t}.{id_}": body for t, of_type in resources.items() for id_, body in of_type.items()
    }
    texts = {name: json.dumps(body) for name, body in bodies.items()}
    found, waiting = set[str](), [address]
    while waiting:
        current = waiting.pop()
        direct = {*bodies[current].get("depends_on", [])}
        direct |= {name for name in bodies if f"${{{name}." in texts[current]}
        new = direct - found
        found |= new
        waiting += new
    return found
