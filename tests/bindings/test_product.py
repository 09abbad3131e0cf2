"""Which packages are used: CDKTF's, or those of its successor under CDKTF's names."""

import importlib
import sys
from pathlib import Path

import pytest

from bindings import _product
from bindings._product import CDKTF, CDKTN, VARIABLE, AliasFinder, product, successor_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cdktf", "cdktn"),
        ("cdktf.testing", "cdktn.testing"),
        ("cdktf_cdktf_provider_aws", "cdktn_provider_aws"),
        ("cdktf_cdktf_provider_aws.vpc", "cdktn_provider_aws.vpc"),
        ("cdktn", None),
        ("cdktf_other", None),
        ("constructs", None),
    ],
)
def test_a_module_has_one_name_in_each(name: str, expected: str | None) -> None:
    assert successor_name(name) == expected


@pytest.mark.parametrize(
    ("installed", "expected"),
    [({CDKTF}, CDKTF), ({CDKTN}, CDKTN), ({CDKTF, CDKTN}, CDKTF), (set[str](), CDKTF)],
)
def test_what_is_installed_decides_unless_the_variable_does(
    monkeypatch: pytest.MonkeyPatch, installed: set[str], expected: str
) -> None:
    monkeypatch.setattr(_product, "_is_installed", lambda name: name in installed)
    monkeypatch.delenv(VARIABLE, raising=False)
    assert product() == expected
    monkeypatch.setenv(VARIABLE, CDKTN)
    assert product() == CDKTN


def test_another_product_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "pulumi")
    with pytest.raises(ValueError, match="EKS_PLATFORM_CDK is 'pulumi'; allowed are cdktf and"):
        product()


def test_a_module_under_another_name_is_that_module(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "cdktn_provider_small"
    package.mkdir()
    (package / "__init__.py").write_text("from .part import Part")
    (package / "part.py").write_text("class Part: pass")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", [AliasFinder(), *sys.meta_path])
    alias = importlib.import_module("cdktf_cdktf_provider_small.part")
    own = importlib.import_module("cdktn_provider_small.part")
    assert alias is own
    assert own.__spec__ is not None
    assert own.__spec__.name == "cdktn_provider_small.part"
    for name in [each for each in sys.modules if each.endswith(("_small", "_small.part"))]:
        monkeypatch.delitem(sys.modules, name)
