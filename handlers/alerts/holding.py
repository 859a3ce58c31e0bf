"""What is held against a limit or a usual range: whose figure, on which side it stands, and what is new of that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.alerts.kinds import Alert
from metrics.answers.expecting import Earlier
from metrics.base import Answer
from metrics.periods import Period
from metrics.statistics.expected import Usual
from metrics.wording import Phrase

WHOLE = ""
"""The key of the whole team's figure; a rep's is the rep's id, which no new name changes."""


@dataclass(frozen=True, slots=True)
class Held:
    """One figure as it stands: ``side`` is where it is out (``low``, ``high``), nothing within, None where unknown.

    ``beyond`` is how far out, in the figure's unit, negative within. Of a figure held against what is usual also that
    range. ``earlier`` are the values that tell it, or that led to it, the latest first.
    """

    key: str
    name: str
    value: float | None
    side: str | None
    beyond: float = 0
    usual: Usual | None = None
    earlier: Earlier = ()

    @property
    def before(self) -> Period | None:
        """The last period before it of which something is known."""
        return self.earlier[0][0] if self.earlier else None

    @property
    def mark(self) -> str:
        """What an alert keeps of it while it is out: ``12:low``."""
        return f"{self.key}:{self.side}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What an alert has to say: the answer behind it, who has crossed, the farthest first, and who is back.

    ``held`` is all that was looked at, ``why`` what made the difference, by whose figure; the alert keeps who stands
    crossed now.
    """

    alert: Alert
    answer: Answer
    held: tuple[Held, ...]
    crossed: tuple[Held, ...]
    back: tuple[Held, ...]
    why: dict[str, tuple[Phrase, ...]]


def out(held: Sequence[Held]) -> tuple[Held, ...]:
    """Return those that are out, the farthest first."""
    return tuple(sorted((one for one in held if one.side), key=lambda one: (-one.beyond, one.name, one.key)))


def news(alert: Alert, answer: Answer, held: Sequence[Held]) -> Finding:
    """Tell what is new since ``alert.over`` was kept; of what is not known now, what was known stays."""
    before = {key: side for key, _, side in (mark.partition(":") for mark in alert.over)}
    known = {one.key for one in held if one.side is not None}
    stands = tuple(sorted([one.mark for one in out(held)] + [f"{key}:{before[key]}" for key in before.keys() - known]))
    return Finding(
        replace(alert, over=stands),
        answer,
        held=tuple(held),
        crossed=tuple(one for one in out(held) if before.get(one.key) != one.side),
        back=tuple(one for one in sorted(held, key=lambda one: one.name) if one.side == "" and one.key in before),
        why={},
    )
