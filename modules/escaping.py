"""Escapes text of the user, which Terraform must not read as a template."""


def escape_templates(text: str) -> str:
    """Escapes Terraform's template sequences.

    Args:
        text: text without CDKTF tokens, which would be escaped too.
    """
    return text.replace("${", "$${").replace("%{", "%%{")
