"""Values of Fluent Bit's chart that both of its releases have."""

from collections.abc import Mapping
from typing import Any, Final

import yaml

from modules.helm.contract import Context, Values
from modules.helm.metrics import metrics_on

NAME: Final = "fluent-bit"
"""The chart, and the release that collects logs."""

FILE: Final = "fluent-bit.yaml"
"""The configuration in YAML; the classic format is deprecated."""

IMAGES: Final = {"image.repository": "{registry}/fluent/fluent-bit"}


DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The one in C where PyYAML has it: ten times as fast, and for this configuration the same text."""


def as_yaml(config: Mapping[str, Any], dumper: type[yaml.SafeDumper]) -> str:
    """Fluent Bit's configuration as text."""
    return yaml.dump(dict(config), Dumper=dumper, sort_keys=False, width=1000)


def common_values(context: Context, account: str, config: Mapping[str, Any]) -> Values:
    """The values; chart https://github.com/fluent/helm-charts/tree/main/charts/fluent-bit.

    Args:
        account: the service account.
        config: Fluent Bit's configuration.
    """
    return {
        "testFramework": {"enabled": False},
        "serviceAccount": {"name": account, "annotations": context.role_annotations},
        "serviceMonitor": {"enabled": metrics_on(context.environment)},
        "config": {
            **dict.fromkeys(("service", "inputs", "filters", "outputs", "customParsers"), ""),
            "extraFiles": {FILE: as_yaml(config, DUMPER)},
        },
        "args": ["--workdir=/fluent-bit/etc", f"--config=/fluent-bit/etc/conf/{FILE}"],
    }
