"""Helm releases: what of their values is Terraform's to read."""

from modules.helm.helm_release import text


def test_terraform_reads_nothing_into_what_a_user_wrote() -> None:
    assert text({"a": "${b} %{c}"}) == '{\n  "a": "$${b} %%{c}"\n}'


def test_no_text_becomes_a_number_or_an_escape() -> None:
    assert text({"version": "1.10", "name": "é"}) == '{\n  "name": "é",\n  "version": "1.10"\n}'
