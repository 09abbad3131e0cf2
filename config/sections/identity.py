"""The `identity` section: names of IAM roles and policies."""

from config.settings import Settings


class Identity(Settings):
    """IAM roles and policies that the environment creates."""

    regional_names: bool = False
    """Have the region in the names of roles, policies, instance profiles and budgets, which all
    regions of an account share: for two environments or clusters of one name in two regions of an
    account. Set it before the first apply: a change replaces every role, and with its role the
    cluster."""
