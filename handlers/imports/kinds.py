"""Every kind of import by the name that ``--as`` takes."""

from collections.abc import Mapping

from handlers.imports import care, fields, plans
from handlers.imports.fields import Kind

KINDS: Mapping[str, Kind] = {**fields.KINDS, **care.KINDS, **plans.KINDS}
"""Each kind of import; to add one, write its reader beside those of ``fields``, ``care`` or ``plans``."""
