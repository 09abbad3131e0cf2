"""The pictures in the README, each between two markers."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import yaml

from diagrams.network import network_picture
from diagrams.request import request_picture
from diagrams.stack import Json

NETWORK_OF: Final = "prod"
REQUEST_OF: Final = "full"
"""The environment whose front door has a domain, and so a certificate and a firewall."""

ENVIRONMENTS: Final = (NETWORK_OF, REQUEST_OF)
"""The environments that are drawn."""

APPLICATION: Final = Path(__file__).parents[1] / "examples" / "sample-app"


def with_pictures(readme: str, stack: Callable[[str], Json]) -> str:
    """Draws the pictures anew.

    Args:
        readme: the README's text.
        stack: gives a synthesized stack by its name, for example `prod-network`.

    Raises:
        ValueError: a picture's markers are not there.
    """
    application = [
        document
        for file in sorted(APPLICATION.glob("*.yaml"))
        for document in yaml.safe_load_all(file.read_text())
    ]
    network, edge, platform = (
        stack(f"{REQUEST_OF}-{name}") for name in ("network", "edge", "platform")
    )
    pictures = {
        "network": network_picture(stack(f"{NETWORK_OF}-network")),
        "request": request_picture(network, edge, platform, application),
    }
    for name, picture in pictures.items():
        readme = _replaced(readme, name, picture)
    return readme


def _replaced(readme: str, name: str, picture: str) -> str:
    begin, end = f"<!-- {name}: written by `make docs` -->", f"<!-- end of {name} -->"
    text = f"{begin}\n```mermaid\n{picture}\n```\n{end}"
    between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    replaced, times = between.subn(lambda _: text, readme)
    if times != 1:
        msg = f"the README has {times} places between {begin} and {end}, not one"
        raise ValueError(msg)
    return replaced
