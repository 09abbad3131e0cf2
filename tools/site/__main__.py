"""`python -m tools.site [FOLDER]`: writes the site into a folder, by default `site`."""

import sys
from pathlib import Path

from tools.site.build import build

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
code = build(folder)
if code == 0:
    print(f"Written to {folder}/index.html.")
sys.exit(code)
