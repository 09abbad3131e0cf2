"""Plans in the form of `terraform show -json`, as far as a page reads them.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from collections.abc import Mapping, Sequence
from typing import Any


def change(
    address: str, *actions: str, before: Any = None, after: Any = None, **more: Any
) -> dict[str, Any]:
    """What happens to a resource.

    Args:
        more: `unknown`, `before_sensitive`, `after_sensitive`, `replace_paths`, `importing` of the
            change; anything else of the resource.
    """
    inner = ("before_sensitive", "after_sensitive", "replace_paths", "importing")
    type_, _, name = address.partition(".")
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": name,
        **{key: value for key, value in more.items() if key not in (*inner, "unknown")},
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": more.get("unknown", {}),
            **{key: more[key] for key in inner if key in more},
        },
    }


def plan_of(
    *changes: Mapping[str, Any],
    drift: Sequence[Mapping[str, Any]] = (),
    expressions: Mapping[str, Any] | None = None,
    outputs: Sequence[str] = (),
    state: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """A plan.

    Args:
        drift: what was changed outside Terraform, in the form of changes.
        expressions: by address, what the configuration gives: a reference, or a list of them, for
            each argument; None where it is a constant. By default it gives all that changes.
        outputs: names of those that change.
        state: by address, the values that were read just now.
    """
    given = expressions
    if given is None:
        both = [*changes, *drift]
        given = {
            each["address"]: dict.fromkeys(
                {**(each["change"]["before"] or {}), **(each["change"]["after"] or {})}
            )
            for each in both
        }
    return {
        "resource_changes": list(changes),
        "resource_drift": list(drift),
        "output_changes": {name: {"actions": ["update"]} for name in outputs},
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": address,
                        "expressions": {name: _expression(at) for name, at in each.items()},
                    }
                    for address, each in given.items()
                ]
            }
        },
        "prior_state": {
            "values": {
                "root_module": {
                    "resources": [
                        {
                            "address": address,
                            "mode": "managed",
                            "type": address.split(".")[0],
                            "values": values,
                        }
                        for address, values in (state or {}).items()
                    ]
                }
            }
        },
    }


def _expression(value: Any) -> Any:
    if isinstance(value, dict):
        return [{name: _expression(each) for name, each in value.items()}]
    if value is None:
        return {"constant_value": ""}
    return {"references": [value] if isinstance(value, str) else list(value)}
