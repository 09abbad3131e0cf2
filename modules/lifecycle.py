"""The `lifecycle` block of resources that a destroy must not delete."""

from cdktf import TerraformResourceLifecycle


def protection(*, when: bool) -> TerraformResourceLifecycle | None:
    """`prevent_destroy` where a resource is protected.

    Terraform then refuses a destroy of the whole stack at the plan. A refusal of AWS comes later,
    when a bucket's policy, versioning and encryption are gone already. Terraform ignores
    `prevent_destroy` where a resource is no longer configured: see `modules/removed.py`.
    """
    return TerraformResourceLifecycle(prevent_destroy=True) if when else None
