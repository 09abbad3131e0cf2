"""Annotations that external-dns reads."""

from typing import Final

ANNOTATION_PREFIX: Final = "external-dns.alpha.kubernetes.io/"
"""The prefix that Services and Ingresses have in most documents. External-dns 0.22 changed its
default and reads one prefix only: with `policy: sync` it would delete the records of resources
with the earlier one. https://github.com/kubernetes-sigs/external-dns/releases/tag/v0.22.0"""
