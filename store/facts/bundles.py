"""Whole numbers of many rows brought over as one value: a tenth of what a row each would take."""

import json
from typing import Any

from sqlalchemy import func

from store import Session


def bundle(session: Session, column: Any) -> Any:
    """Select all values of a column of whole numbers, in no order, as one."""
    pack: Any = func.json_group_array if session.dialect.name == "sqlite" else func.array_agg
    return pack(column)


def unbundled(found: Any) -> list[int]:
    """Return the numbers of what was selected so."""
    numbers: list[int] = json.loads(found) if isinstance(found, str) else found or []
    return numbers
