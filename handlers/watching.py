"""Alerts by the clock: each morning the figures that are watched are held against their limits; only a crossing speaks.

An alert speaks when its figure crosses the limit, and once more when it is back; what was watched for the first time
and is on the wrong side already has crossed. All that a chat has to hear comes as one message.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.base import Button, Photo, Reply
from handlers.digests.calendar import is_holiday
from handlers.figures import BY_KEY, Asked, scope_of
from handlers.proactive import Occasion, Outcome, Standing
from handlers.telling import Place, tell
from metrics.answers.asking import ask
from metrics.answers.comparing import written
from metrics.answers.rendering import render
from metrics.base import NONE, Answer
from metrics.periods import Period, day, key, week
from metrics.periods.timetable import Rule
from metrics.wording import Html, Phrase, Say, phrase
from store import Session, schedules
from store.reaching import leaders_of

KIND = "alerts"
STANDING = Standing(KIND, Rule("day", "08:05"), timedelta(hours=6))
WHOLE = ""
"""The key of the whole team among what an alert has crossed."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A figure that is watched: below or above a limit, of the day or week before, of the team or of each rep.

    ``limit`` is a fraction for ratios and minor units for money. ``over`` says for whom it stands crossed,
    ``snoozed_until`` until when nothing is said (ISO 8601).
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

    def crossed(self, value: float | None) -> bool:
        """Whether a value is on the wrong side; an undefined one is on neither."""
        return value is not None and (value < self.limit if self.below else value > self.limit)

    def json(self) -> dict[str, Any]:
        """The alert as it is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """What an alert has to say: the answer behind it, who has crossed and who is back, with the values."""

    alert: Alert
    answer: Answer
    crossed: Mapping[str, float | None]
    back: Mapping[str, float | None]
    over: tuple[str, ...]


def alerts_of(what: Mapping[str, Any]) -> list[Alert]:
    """Read the alerts that a team's schedule keeps."""
    return [Alert(**{**one, "over": tuple(one["over"])}) for one in what.get("alerts", ())]


async def watch(occasion: Occasion) -> Outcome:
    """Hold every alert of a team against its limit."""
    now, team = occasion.now, occasion.team
    alerts = alerts_of(occasion.schedule.what)
    if not alerts or is_holiday(team, occasion.due.astimezone(team.zone).date()):
        return Outcome("empty")
    async with occasion.database.read() as session:
        leaders = await _leaders(session, team.id)
        due = [one for one in alerts if one.chat_id in leaders and not _rests(one, now, occasion)]
        found = [await _found(session, occasion, alert) for alert in due]
    told = [one for one in found if one.crossed or one.back]
    replies = {place: await _reply(occasion, Say(place.language), mine) for place, mine in _by_place(team.id, told)}

    async def write(session: Session) -> None:
        await _remember(session, team.id, found)
        for place, reply in replies.items():
            await tell(session, place, lambda _say, reply=reply: reply, key=f"{occasion.key}:{place.chat_id}",  # type: ignore[misc]
                       now=now, kind="alert")  # fmt: skip

    return Outcome("sent" if told else "empty", write=write)


async def _leaders(session: Session, team_id: int) -> frozenset[int]:
    """The private chats of those who may hear alerts now."""
    return frozenset(one.chat_id for one in await leaders_of(session, team_id))


def _rests(alert: Alert, now: datetime, occasion: Occasion) -> bool:
    """Whether an alert is snoozed, or weekly and this is not Monday."""
    monday = occasion.due.astimezone(occasion.team.zone).weekday() == 0
    snoozed = bool(alert.snoozed_until) and now < datetime.fromisoformat(alert.snoozed_until)
    return snoozed or (alert.weekly and not monday) or alert.metric not in BY_KEY


def period_of(alert: Alert, occasion: Occasion) -> Period:
    """The whole day or week before."""
    zone = occasion.team.zone
    today = occasion.due.astimezone(zone).date()
    if alert.weekly:
        return week(today - timedelta(days=7), zone, occasion.now)
    return day(today - timedelta(days=1), zone, occasion.now)


async def _found(session: Session, occasion: Occasion, alert: Alert) -> Finding:
    asked = Asked(alert.metric, key(period_of(alert, occasion)), by="rep" if alert.by_rep else None)
    answer = await ask(BY_KEY[alert.metric], session, scope_of(occasion.team, occasion.now, asked))
    values: dict[str, float | None] = {WHOLE: answer.value}
    if alert.by_rep:
        values = {row.key: row.value for row in answer.breakdown if row.key != NONE}
    now_over = {name for name, value in values.items() if alert.crossed(value)}
    known = {name for name, value in values.items() if value is not None}
    before = set(alert.over)
    return Finding(
        alert,
        answer,
        crossed={name: values[name] for name in sorted(now_over - before)},
        back={name: values[name] for name in sorted((before & known) - now_over)},
        over=tuple(sorted(now_over | (before - known))),
    )


def _by_place(team_id: int, told: Sequence[Finding]) -> list[tuple[Place, list[Finding]]]:
    found: dict[tuple[int, str], list[Finding]] = defaultdict(list)
    for one in told:
        found[one.alert.chat_id, one.alert.language].append(one)
    return [(Place(team_id, chat, language), mine) for (chat, language), mine in found.items()]


async def _reply(occasion: Occasion, say: Say, mine: Sequence[Finding]) -> Reply:
    """One message for all that has crossed; a single one with its picture."""
    lines = [line for one in mine for line in _lines(one, say)]
    buttons = tuple(
        (
            Button(say.plain("Quiet for a week: {metric}", metric=one.answer.metric.label), f"v1|al|{one.alert.id}:z"),
            Button(say.plain("Remove"), f"v1|al|{one.alert.id}:x"),
        )
        for one in mine[:5]
    )
    text = "\n".join(lines[:20])
    if len(mine) > 1:
        return Reply(text, buttons)
    picture = await render(mine[0].answer, say, occasion.painter)
    return Reply(text, buttons, Photo(picture.png, picture.alt) if picture.png else None)


def _lines(one: Finding, say: Say) -> list[str]:
    said = []
    for words, whose in (
        (phrase("⚠️ {what}: <b>{value}</b>, {limit}"), one.crossed),
        (phrase("✓ {what}: <b>{value}</b>, no longer {limit}"), one.back),
    ):
        for name, value in whose.items():
            params = {"what": Html(_what(one, name, say)), "value": written(one.answer, value)}
            said.append(say(replace(words, params={**params, "limit": limit(one.alert, one.answer)})))
    return said


def _what(one: Finding, name: str, say: Say) -> str:
    label, period = one.answer.metric.label, one.answer.scope.period
    if name == WHOLE:
        return say("{label}, {period}", label=label, period=period)
    return say("{label} of {name}, {period}", label=label, name=name, period=period)


def limit(alert: Alert, answer: Answer) -> Phrase:
    """Say a limit: ``below 10 tr``."""
    value = written(answer, alert.limit)
    return phrase("below {value}", value=value) if alert.below else phrase("above {value}", value=value)


async def _remember(session: Session, team_id: int, found: Sequence[Finding]) -> None:
    """Keep who stands crossed, and drop the alerts of those who no longer lead the team.

    Alerts that were changed or removed meanwhile stay as they are now.
    """
    kept = await schedules.standing(session, team_id, KIND)
    if kept is None:
        return
    leaders = await _leaders(session, team_id)
    over = {one.alert.id: one.over for one in found}
    alerts = [replace(one, over=over.get(one.id, one.over)) for one in alerts_of(kept.what) if one.chat_id in leaders]
    await rewrite(session, team_id, kept.id, alerts)


async def rewrite(session: Session, team_id: int, schedule_id: int, alerts: Sequence[Alert]) -> None:
    """Keep a team's alerts."""
    what = {"alerts": [one.json() for one in alerts]}
    await schedules.change(session, team_id, schedule_id, what=what)
