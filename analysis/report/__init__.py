"""Reports: a self-contained HTML page and a PDF, rendered from stored results."""

from analysis.report.page import in_brief, in_numbers, page
from analysis.report.write import (
    Report,
    browser,
    free,
    print_pdf,
    render,
    render_again,
    write_report,
)

__all__ = [
    "Report",
    "browser",
    "free",
    "in_brief",
    "in_numbers",
    "page",
    "print_pdf",
    "render",
    "render_again",
    "write_report",
]
