"""Reports: one self-contained HTML page and a PDF, made from results alone."""

from analysis.report.page import page, verdict_sentence
from analysis.report.printing import browser, print_pdf
from analysis.report.write import Report, free_file, free_folder, render, write_report

__all__ = [
    "Report",
    "browser",
    "free_file",
    "free_folder",
    "page",
    "print_pdf",
    "render",
    "verdict_sentence",
    "write_report",
]
