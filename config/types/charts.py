"""Scalar types for charts of one's own."""

from typing import Annotated

from pydantic import StringConstraints

from config.reading.form import Form

ChartRepository = Annotated[
    str,
    StringConstraints(pattern=r"^(oci|https)://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]+)*$"),
    Form("oci:// or https:// and the address of a chart repository, without a slash at the end"),
]

ChartName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=100),
    Form("the name of a chart in its repository, without address and version"),
]

ExactChartVersion = Annotated[
    str,
    StringConstraints(pattern=r"^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"),
    Form("one exact version of a chart, for example 2.21.0"),
]

ReleaseName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40),
    Form("1 to 40 lower-case letters, digits and single hyphens, beginning with a letter"),
]
"""Helm allows 53 characters; the suffix of the release of its objects takes ten of them."""

ValuePath = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"),
    Form("the path of a value, its keys joined by dots"),
]
