"""What the sample team is to reach: net revenue a month of the team and of each rep, and a few figures of the team."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.sample.people import SamplePerson
from store.records.entries import TargetEntry

TEAM = (
    ("revenue", "month", 360_000_000),
    ("revenue", "quarter", 1_050_000_000),
    ("calls", "week", 95),
    ("aov", "month", 4_000_000),
    ("retention", "month", 0.6),
)
"""Metric, unit and value: dong, calls, a share."""

BY_PACE = 55_000_000
"""Dong a month of a rep of pace 1."""


def targets(began: date, members: Sequence[int], reps: Sequence[SamplePerson]) -> Iterator[TargetEntry]:
    """Yield the targets that hold since the team began."""
    starts = {"week": began - timedelta(days=began.weekday()), "month": began.replace(day=1)}
    starts["quarter"] = began.replace(month=began.month - (began.month - 1) % 3, day=1)
    for metric, unit, value in TEAM:
        yield TargetEntry(metric, None, unit, starts[unit], value)
    for member_id, rep in zip(members, reps, strict=True):
        yield TargetEntry("revenue", member_id, "month", starts["month"], round(BY_PACE * rep.pace, -6))
