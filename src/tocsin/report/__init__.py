"""What people read. An `Assessment` and its evidence rows come in; paragraph, HTML page, terminal text, JSON
and Parquet go out.

Pure functions up to the last write. `tocsin.report.terminal` holds the Rich renderables.
"""

import pyarrow as pa

from tocsin.assess.assessment import Assessment
from tocsin.report.figures import FIGURES, Derivation, Figure, derive
from tocsin.report.headline import headline, title
from tocsin.report.json import write_evidence, write_json, write_page


def render_page(assessment: Assessment, evidence: pa.Table) -> str:
    """One self-contained HTML page. The chart engine loads only when a page is asked for."""
    from tocsin.report.page import render_page as render

    return render(assessment, evidence)


__all__ = [
    "FIGURES",
    "Derivation",
    "Figure",
    "derive",
    "headline",
    "render_page",
    "title",
    "write_evidence",
    "write_json",
    "write_page",
]
