"""Ways on when something was not understood: the nearest known words, and buttons that send the right line."""

from collections.abc import Iterable, Sequence

from handlers.base import Button, UserError
from handlers.buttons import rows
from metrics.wording import Phrase

_NEAR = 60  # of 100: `retension` finds `retention`, `xyz` finds nothing
_MARGIN = 15  # what is so much less alike than the best is not meant: `revenu` is no `event`


def nearest(text: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known words that are most like ``text``, best first, none that is unlike it."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, list(known), scorer=fuzz.ratio, limit=limit, score_cutoff=_NEAR)
    return [word for word, score, _index in found if score >= found[0][1] - _MARGIN]


def listed(words: Sequence[str]) -> str:
    """Write words one after another for a sentence: ``/roi, /revenue``."""
    return ", ".join(words)


def with_phrase(buttons: Iterable[tuple[Button, ...]], said: Phrase) -> UserError:
    """The error that says ``said`` over those buttons."""
    return UserError(said, rows(buttons))
