"""What an alert is: a figure against a limit or against what is usual, leads, tickets or deals that wait; kept by team.

All of a team's alerts are in the one schedule that it has for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from handlers.base import Team, UserError
from handlers.buttons import STALE
from handlers.clockwork.occasions import Standing
from handlers.figures.asked import BY_KEY
from metrics.base import quantity
from metrics.periods.timetable import Rule, next_run
from metrics.wording import Minutes, Phrase, phrase, plural_phrase
from store import Session
from store.queues import schedules
from store.queues.schedules import Schedule

KIND = "alerts"
STANDING = Standing(KIND, Rule("day", "08:05"), timedelta(hours=6))
Kind = Literal["figure", "unusual", "lead", "ticket", "deal"]
WAITING = frozenset({"lead", "ticket"})
"""What is looked at all day, by the minute; the others are looked at in the morning."""
THINGS = WAITING | {"deal"}
"""What waits, as against figures."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of the chat that it tells.

    A *figure* is watched below or above ``limit`` (a fraction for ratios, minor units for money), of the day or week
    before, of the team or of each rep; an *unusual* one against the days of its weekday, or the weeks, before it. For
    leads and tickets ``limit`` is minutes of working time, for deals days. ``over`` says for whom or what it stands
    crossed, ``snoozed_until`` until when nothing is said (ISO 8601).
    """

    id: int
    metric: str
    below: bool
    limit: float
    chat_id: int
    language: str
    by_rep: bool = False
    weekly: bool = False
    over: tuple[str, ...] = ()
    snoozed_until: str = ""
    kind: Kind = "figure"
    paused: bool = False

    def crossed(self, value: float | None) -> bool:
        """Whether a value is on the wrong side; an undefined one is on neither."""
        return value is not None and (value < self.limit if self.below else value > self.limit)

    def rests(self, now: datetime) -> bool:
        """Whether nothing may be said of it now."""
        return self.paused or (bool(self.snoozed_until) and now < datetime.fromisoformat(self.snoozed_until))

    @property
    def known(self) -> bool:
        """Whether what it watches is still there."""
        return self.kind in THINGS or self.metric in BY_KEY

    def json(self) -> dict[str, Any]:
        """The alert as it is kept."""
        return asdict(self)


def alerts_of(what: Mapping[str, Any]) -> list[Alert]:
    """Read the alerts that a team's schedule keeps."""
    return [Alert(**{**one, "over": tuple(one["over"])}) for one in what.get("alerts", ())]


async def kept(session: Session, team: Team, now: datetime) -> Schedule:
    """The team's alerts, held until the transaction ends; made when the clock has not yet."""
    held = await schedules.standing(session, team.id, KIND)
    if held is None:
        due = next_run(STANDING.rule, ZoneInfo(team.zone.key), now)
        await schedules.add(
            session, team.id, KIND, STANDING.rule.json(), team.zone.key, due, now,
            grace_s=int(STANDING.grace.total_seconds()), key=KIND,
        )  # fmt: skip
        held = await schedules.standing(session, team.id, KIND)
    if held is None:
        raise UserError(STALE)
    return held


async def alerts_in(session: Session, team_id: int) -> list[Alert]:
    """Return a team's alerts, for reading."""
    return [one for held in await schedules.of_kind(session, team_id, KIND) for one in alerts_of(held.what)]


async def rewrite(session: Session, team_id: int, schedule_id: int, alerts: Sequence[Alert]) -> None:
    """Keep a team's alerts."""
    what = {"alerts": [one.json() for one in alerts]}
    await schedules.change(session, team_id, schedule_id, what=what)


def said(one: Alert, currency: str) -> Phrase:
    """Say what an alert watches: ``Net revenue below ₫10,000,000, each rep, by day``."""
    if one.kind == "lead":
        return phrase("New leads not contacted within {time} of working time", time=Minutes(one.limit))
    if one.kind == "ticket":
        return phrase("Tickets not answered within {time} of working time", time=Minutes(one.limit))
    if one.kind == "deal":
        return plural_phrase(
            "Deals with no activity for {n} day",
            "Deals with no activity for {n} days",
            n=int(one.limit),
        )
    words = _figure(one, currency)
    if one.by_rep:
        words = phrase("{alert}, per rep", alert=words)
    if one.kind == "unusual":
        return words
    return phrase("{alert}, weekly", alert=words) if one.weekly else phrase("{alert}, daily", alert=words)


def _figure(one: Alert, currency: str) -> Phrase:
    metric = BY_KEY[one.metric]
    if one.kind == "unusual" and one.weekly:
        return phrase("{label} unusual for a week", label=metric.label)
    if one.kind == "unusual":
        return phrase("{label} unusual for its weekday", label=metric.label)
    value = quantity(one.limit, metric.unit, currency)
    if one.below:
        return phrase("{label} below {value}", label=metric.label, value=value)
    return phrase("{label} above {value}", label=metric.label, value=value)
