"""Text of the user's that Terraform must not read as a template."""


def literal(text: str) -> str:
    """Returns text that Terraform takes as it stands.

    Args:
        text: text without CDKTF tokens, which would be escaped too.
    """
    return text.replace("${", "$${").replace("%{", "%%{")
