"""The points of a lead: what is seen of it, what each thing seen is worth, and the sum.

Seen are a lead's *source*, its *response* (did any contact go both ways), the *recency* of the last contact (of its
arrival, before the first), the *number of contacts*, and the *outcome* of the last one. What each is worth comes from
the team's own closed journeys: of every first journey that ended, one instant while it was open is taken (spread evenly
over its life), and what was seen of it then is counted with how it ended, so the table never knows more than the rep
did. With w of n won, and W of N over all, the share is drawn towards the team's, p = (w + 10·W/N) / (n + 10), and the
points are 10 · ln(odds of p / odds of W/N), rounded. A lead's score is 50 plus its points, held to 0 … 100.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from metrics.base import NONE
from store.facts.attempts import Attempt
from store.facts.prospects import Lead

FACTORS = ("source", "response", "recency", "contacts", "outcome")
LEAST = 200
"""From how many closed journeys on the team's own history is used."""

SHRINKAGE = 10
MIDDLE, HIGHEST = 50, 100
FIXED: Mapping[tuple[str, str], int] = {
    ("recency", "3"): 15,
    ("recency", "7"): 10,
    ("recency", "14"): 5,
    ("recency", "30"): 0,
    ("recency", "older"): -15,
    ("outcome", "interested"): 20,
    ("outcome", "quoted"): 20,
    ("outcome", "callback"): 10,
    ("outcome", "answered"): 5,
    ("outcome", "connected"): 5,
    ("outcome", "busy"): 0,
    ("outcome", "no_answer"): -5,
    ("outcome", "not_interested"): -20,
    ("outcome", "wrong_number"): -25,
}
"""The points while there are fewer than 200 closed journeys: by recency and outcome only."""

_DAY = timedelta(days=1)
_GOLDEN = (math.sqrt(5) - 1) / 2
Seen = Mapping[str, str]
"""What is seen of a lead: a value for each factor that it has."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What one thing seen is worth in points; ``won`` of ``closed`` journeys that showed it (0 of 0 where fixed)."""

    points: int
    won: int = 0
    closed: int = 0


Table = Mapping[tuple[str, str], Worth]


@dataclass(frozen=True, slots=True)
class Points:
    """A table of points: from the team's history of ``closed`` journeys, ``won`` of them, or the fixed one."""

    table: Table
    closed: int
    won: int
    own: bool


def seen(lead: Lead) -> Seen:
    """Return what is seen of a lead at its instant."""
    found = {
        "source": lead.channel or NONE,
        "recency": _recency((lead.at - max(lead.start_at, lead.last or lead.start_at)) / _DAY),
        "contacts": _contacts(lead.contacts),
    }
    if lead.contacts:
        found["response"] = "answered" if lead.answered else "silent"
    if lead.outcome is not None:
        found["outcome"] = lead.outcome
    return found


def _recency(days: float) -> str:
    return next((str(limit) for limit in (3, 7, 14, 30) if days < limit), "older")


def _contacts(count: int) -> str:
    return "0" if count == 0 else "1" if count == 1 else "2-3" if count < 4 else "4-6" if count < 7 else "7+"


def taken_at(journey: Attempt, gap_days: int) -> datetime | None:
    """Return the instant of a journey's life at which it is looked at; None while it is open."""
    end, start = _ended(journey, gap_days), journey.start_at
    return start + journey.customer_id * _GOLDEN % 1 * (end - start) if end is not None and end > start else None


def _ended(journey: Attempt, gap_days: int) -> datetime | None:
    """When it was known that a journey was won, lost or lapsed; None while it is open."""
    if journey.outcome == "lapsed":
        return journey.last_contact_at + timedelta(days=gap_days)
    return journey.end_at if journey.outcome is not None else None


def points_of(history: Sequence[tuple[Seen, bool]]) -> Points:
    """Return the team's own table, or the fixed one for fewer than 200 journeys, or where all ended alike."""
    closed, won = len(history), sum(good for _, good in history)
    if closed < LEAST or won in {0, closed}:
        return Points({key: Worth(points) for key, points in FIXED.items()}, closed, won, own=False)
    counts: dict[tuple[str, str], list[int]] = {}
    for things, good in history:
        for key in things.items():
            count = counts.setdefault(key, [0, 0])
            count[0] += good
            count[1] += 1
    base = won / closed
    return Points({key: Worth(_worth(w, n, base), w, n) for key, (w, n) in counts.items()}, closed, won, own=True)


def _worth(won: int, closed: int, base: float) -> int:
    """Ten times the log of the odds, drawn towards the team's, over the team's odds."""
    share = (won + SHRINKAGE * base) / (closed + SHRINKAGE)
    return round(10 * math.log(share / (1 - share) / (base / (1 - base))))


def reasons(things: Seen, points: Points) -> list[tuple[str, str, int]]:
    """Return what counts for and against a lead, the weightiest first: factor, value, points."""
    held = [(factor, things[factor]) for factor in FACTORS if factor in things]
    weighed = [(*key, points.table[key].points) for key in held if key in points.table]
    return sorted((one for one in weighed if one[2]), key=lambda one: -abs(one[2]))


def score_of(why: Iterable[tuple[str, str, int]]) -> int:
    """Return a lead's score, 0 to 100, from its `reasons`."""
    total = MIDDLE + sum(worth for _, _, worth in why)
    return min(max(total, 0), HIGHEST)
