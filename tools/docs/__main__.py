"""`python -m tools.docs` writes every generated document."""

from tools.docs import addon_pages, alerts_page, reference, schema, versions_page

schema.FILE.write_text(schema.text(), encoding="utf-8")
reference.FILE.write_text(reference.text(), encoding="utf-8")
versions_page.FILE.write_text(versions_page.text(), encoding="utf-8")
alerts_page.FILE.write_text(alerts_page.page(), encoding="utf-8")
addon_pages.write()
