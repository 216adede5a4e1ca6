"""`python -m tests.documentation`: renew the generated parts of READMEs, and the notebooks."""

from __future__ import annotations

from tests.documentation.generated import DOCUMENTS, renew
from tests.documentation.notebooks import build_notebook, list_scripts

for path in DOCUMENTS:
    path.write_text(renew(path), encoding="utf-8")
for script in list_scripts():
    script.with_suffix(".ipynb").write_text(build_notebook(script), encoding="utf-8")
