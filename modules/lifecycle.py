"""The `lifecycle` block of resources that a destroy must not delete."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle


def protection(
    *, when: bool, ignore_changes: Sequence[str] | None = None
) -> TerraformResourceLifecycle | None:
    """`prevent_destroy` where a resource is protected, and what else its block has.

    Terraform then refuses a destroy of the whole stack at the plan. A refusal of AWS comes later,
    when a bucket's policy, versioning and encryption are gone already. Terraform ignores
    `prevent_destroy` where a resource is no longer configured: see `modules/removed.py`.
    """
    if not when and ignore_changes is None:
        return None
    return TerraformResourceLifecycle(prevent_destroy=when or None, ignore_changes=ignore_changes)
