"""Importing files: CSV or XLSX rows become records, once each; a second import of the file adds nothing.

A newcomer's map: ``files`` reads rows as text, ``formats`` recognises how the file writes numbers and dates (and asks
where that is doubtful), ``fields`` says what each kind of import may hold and turns a row into an entry, ``landing``
writes the batches and reports.
"""

from handlers.imports.fields import KINDS
from handlers.imports.files import Unreadable
from handlers.imports.formats import Doubtful
from handlers.imports.landing import ImportRequest, Report, import_file

__all__ = ["KINDS", "Doubtful", "ImportRequest", "Report", "Unreadable", "import_file"]
