"""A column of many rows brought over as one value: a tenth of what a row each would take."""

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func

from store import Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def bundle(session: Session, column: Any) -> Any:
    """Select all values of a column as one, in no order, but the bundles of one query in the same."""
    pack: Any = func.json_group_array if session.dialect.name == "sqlite" else func.array_agg
    return pack(column)


def unbundled(found: Any) -> "NDArray[np.int64]":
    """Return the whole numbers of what was selected so."""
    import numpy as np

    if isinstance(found, str):
        inside = found[1:-1]  # of brackets; read so in a quarter of what JSON takes
        return np.fromstring(inside, dtype=np.int64, sep=",") if inside else np.empty(0, dtype=np.int64)
    return np.array(found or (), dtype=np.int64)


def unbundled_keys(found: Any) -> list[Any]:
    """Return the texts, numbers or Nones of what was selected so."""
    keys: list[Any] = json.loads(found) if isinstance(found, str) else found or []
    return keys
