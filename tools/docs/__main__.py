"""`python -m tools.docs` writes every generated file."""

import bindings

# The page of network policies reads modules that make resources.
bindings.install()

from tools.docs import platform_section  # noqa: E402

# First, because all others read the model that it completes.
platform_section.FILE.write_text(platform_section.text(), encoding="utf-8")

from tools.docs import (  # noqa: E402
    addon_pages,
    alerts_page,
    examples_page,
    hardening_page,
    network_policies_page,
    reference,
    schema,
    versions_page,
)

schema.FILE.write_text(schema.text(), encoding="utf-8")
reference.FILE.write_text(reference.text(), encoding="utf-8")
versions_page.FILE.write_text(versions_page.text(), encoding="utf-8")
alerts_page.FILE.write_text(alerts_page.page(), encoding="utf-8")
examples_page.FILE.write_text(examples_page.text(), encoding="utf-8")
hardening_page.FILE.write_text(hardening_page.text(), encoding="utf-8")
network_policies_page.FILE.write_text(network_policies_page.text(), encoding="utf-8")
addon_pages.write()
