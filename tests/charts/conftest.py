"""Fixtures of the chart checks."""

from pathlib import Path

import pytest

from support.helm import HelmMissingError, helm
from support.value_keys import OpenValues
from tools.standins.chart_files import ChartsMissingError, charts_folder


@pytest.fixture(scope="session")
def charts() -> Path:
    """The folder with the charts' files; tests that need it are skipped where there is none."""
    try:
        return charts_folder()
    except ChartsMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def opened() -> OpenValues:
    """What may be set besides the keys of a chart's values.yaml."""
    return OpenValues.read()


@pytest.fixture(scope="session")
def real_helm() -> Path:
    """The helm binary; tests that need it are skipped where it cannot be had."""
    try:
        return helm()
    except HelmMissingError as missing:
        pytest.skip(str(missing))
