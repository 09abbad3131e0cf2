"""Helm releases: templates in values are escaped."""

from modules.helm.helm_release import values_json


def test_templates_in_text_are_escaped() -> None:
    assert values_json({"a": "${b} %{c}"}) == '{\n  "a": "$${b} %%{c}"\n}'


def test_no_text_becomes_a_number_or_an_escape() -> None:
    assert (
        values_json({"version": "1.10", "name": "é"}) == '{\n  "name": "é",\n  "version": "1.10"\n}'
    )
