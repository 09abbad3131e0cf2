"""config/platform.py: current, and complete without a maintained list."""

from pathlib import Path

import pytest

from config import addons
from config.platform import Platform
from tools.docs.platform_section import FILE, PlatformSectionError, text


def test_the_checked_in_section_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run `python -m tools.docs`"


def test_every_module_of_config_addons_is_a_key() -> None:
    folder = Path(addons.__path__[0])
    modules = {path.stem for path in folder.iterdir() if not path.name.startswith("_")}
    assert set(Platform.model_fields) == modules


def test_a_module_without_the_settings_of_its_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "red_black.py").write_text("class RedSettings: ...\n")
    monkeypatch.setattr(addons, "__path__", [*addons.__path__, str(tmp_path)])
    with pytest.raises(PlatformSectionError, match=r"red_black\.py has no class RedBlackSettings"):
        text()


MODULE = '''
from config.addon_settings import AddonSettings

class BlueGreenSettings(AddonSettings):
    """Deployments in two colors.

    More.
    """
'''


def test_a_new_module_becomes_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blue_green.py").write_text(MODULE)
    monkeypatch.setattr(addons, "__path__", [*addons.__path__, str(tmp_path)])
    field = "    blue_green: BlueGreenSettings = BlueGreenSettings()\n"
    assert f'{field}    """Deployments in two colors."""\n' in text()
