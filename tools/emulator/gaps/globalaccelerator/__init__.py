"""AWS Global Accelerator, which moto lacks: accelerators, listeners, endpoint groups, tags."""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import Final

from moto import backend_index
from moto.core.base_backend import BackendDict

from tools.emulator.gaps.globalaccelerator.models import AcceleratorBackend

_SERVICE: Final = "globalaccelerator"


def install() -> None:
    """Adds the service to those that moto finds by name: it imports `moto.<service>`."""
    name = f"moto.{_SERVICE}"
    if name in sys.modules:
        return
    module = ModuleType(name)
    backends = BackendDict(
        AcceleratorBackend, _SERVICE, use_boto3_regions=False, additional_regions=["aws"]
    )
    setattr(module, f"{_SERVICE}_backends", backends)
    sys.modules[name] = module
    pattern = re.compile(r"https?://globalaccelerator\.(.+)\.amazonaws\.com")
    backend_index.backend_url_patterns.append((_SERVICE, pattern))
