"""Importing files: CSV or XLSX rows become records, once each; a second import of the file adds nothing.

A newcomer's map: ``files`` reads rows as text, ``formats`` recognises how the file writes numbers and dates (and asks
where that is doubtful), ``fields``, ``care`` and ``plans`` say what each kind of import may hold and turn a row into
an entry, ``kinds`` lists them, ``landing`` writes the batches and reports; ``chat`` is for files sent in chat.
"""

from handlers.imports.files import Unreadable
from handlers.imports.formats import Doubtful
from handlers.imports.kinds import KINDS
from handlers.imports.landing import ImportRequest, import_file
from handlers.imports.reports import Report

__all__ = ["KINDS", "Doubtful", "ImportRequest", "Report", "Unreadable", "import_file"]
