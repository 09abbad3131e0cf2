"""Anchors of headings, as GitHub makes them, so that links lead to the same place on the site."""

import re


def slug(text: str, _: str) -> str:
    """The anchor of a heading; called by the table of contents of MkDocs with its separator."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
