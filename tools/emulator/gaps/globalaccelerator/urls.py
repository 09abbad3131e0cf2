"""Where moto finds the service."""

from __future__ import annotations

from tools.emulator.gaps.globalaccelerator.endpoint_groups import GlobalAccelerator

url_bases = [r"https?://globalaccelerator\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": GlobalAccelerator.dispatch}
