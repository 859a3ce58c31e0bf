"""The work of a digest's schedule: composed, posted where it belongs, silent when there is nothing to say."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers.base import Reply, Team
from handlers.clockwork.calendar import is_holiday, weekdays
from handlers.clockwork.covering import covered
from handlers.clockwork.hours import quiet_hours
from handlers.clockwork.occasions import Occasion, Outcome
from handlers.clockwork.telling import Place, may_hear, tell
from handlers.digests.composing import USUAL, compose, pictured
from handlers.digests.view import View
from metrics.periods import Period, key
from metrics.periods.timetable import EVERY_DAY, Rule, next_run, out_of, put_off_from, rule_of
from metrics.wording import Say
from store import Session
from store.queues import schedules
from store.queues.schedules import Run, Schedule

KIND = "digest"
GRACE = {"day": timedelta(hours=6), "week": timedelta(days=1), "month": timedelta(days=2)}
"""How late a digest may still come."""
HOLIDAY = "holiday"
NOBODY = "may not be told"
"""Why a digest is not sent whose reader no longer leads the team, or whose group is not linked to it: it is removed."""
_REMEMBERED = 8


def place_of(schedule: Schedule) -> Place:
    """Where a digest is posted, in which language."""
    what: Any = schedule.what
    return Place(schedule.team_id, schedule.chat_id or 0, what.get("language", "en"), schedule.thread_id)


def view_of(
    schedule: Schedule, team: Team, period: Period, now: datetime, *, next_at: datetime,
    sent: tuple[Run, ...] = (), missed: tuple[datetime, ...] = (),
) -> View:  # fmt: skip
    """Return what the digest of a schedule is about."""
    what: Any = schedule.what
    return View(
        team=team,
        period=period,
        now=now,
        metrics=tuple(what.get("metrics") or USUAL),
        rep=int(what.get("rep") or 0),
        group=(schedule.chat_id or 0) < 0,
        next_at=next_at,
        sent=sent,
        missed=missed,
    )


async def digest(occasion: Occasion) -> Outcome:
    """Compose and post one digest; an empty one is said once, then nothing until there is something."""
    schedule, team = occasion.schedule, occasion.team
    if is_holiday(team, occasion.due.astimezone(team.zone).date()):
        return Outcome("held", HOLIDAY, next_at=_put_off(occasion.rule, team, occasion.due))
    own_due = put_off_from(occasion.rule, team.zone, occasion.due)
    place = place_of(schedule)
    say = Say(place.language)
    async with occasion.database.read() as session:
        occasion = replace(occasion, period=await covered(session, schedule, occasion.rule, team, own_due))
        if not await may_hear(session, place):
            return Outcome("held", NOBODY, write=_ending(occasion))
        before = tuple(await schedules.runs_of(session, team.id, schedule.id, _REMEMBERED))
    view = view_of(
        schedule, team, occasion.period, occasion.now, next_at=_next(occasion.rule, team, occasion.due),
        sent=tuple(run for run in before if run.state == "sent"), missed=_missed(occasion, before),
    )  # fmt: skip
    composed = await compose(occasion.database, view, say)
    if composed is None:
        return _empty(occasion, place, before)
    reply = await pictured(composed, say, occasion.painter)
    kept = {"period": key(occasion.period), "rep": view.rep, "values": dict(composed.values),
            "restated": dict(composed.restated)}  # fmt: skip
    return Outcome(kept=kept, write=_posting(occasion, place, reply))


def _missed(occasion: Occasion, before: tuple[Run, ...]) -> tuple[datetime, ...]:
    """The due times of which nobody was told since the last digest."""
    since = []
    for run in before:
        if run.state == "sent":
            break
        if run.state == "missed":
            since.append(run.due_at)
    return (*reversed(since), *occasion.missed)


def _empty(occasion: Occasion, place: Place, before: tuple[Run, ...]) -> Outcome:
    last = next((run for run in before if run.state in {"sent", "empty"}), None)
    if last is not None and last.state == "empty":
        return Outcome("empty", "nothing was logged")
    say = Say(place.language)
    said = say("Nothing was logged, {period}. Digests are silent until something is.", period=occasion.period)
    return Outcome("empty", "nothing was logged", write=_posting(occasion, place, Reply(said)))


def _posting(occasion: Occasion, place: Place, reply: Reply) -> Any:
    due_at = out_of(quiet_hours(occasion.team), occasion.team.zone, occasion.now)

    async def write(session: Session) -> None:
        await tell(session, place, lambda _say: reply, key=occasion.key, now=occasion.now, kind=KIND, due_at=due_at)

    return write


def _ending(occasion: Occasion) -> Any:
    async def write(session: Session) -> None:
        await schedules.change(session, occasion.team.id, occasion.schedule.id, removed_at=occasion.now)

    return write


def _put_off(rule: Rule, team: Team, due: datetime) -> datetime | None:
    """To when a digest is put off that falls on a holiday: the next working day; a daily one is left out.

    Where that is no sooner than the next digest (Tết from Monday to Friday): the first day after the holidays.
    """
    if rule.every == "day":
        return None
    after = next_run(rule, team.zone, due)
    coming = (_after_holidays(team, due, Rule("day", rule.at, days=days)) for days in (weekdays(team), EVERY_DAY))
    return next((at for at in coming if at < after), after)


def _after_holidays(team: Team, at: datetime, rule: Rule) -> datetime:
    while is_holiday(team, at.astimezone(team.zone).date()):
        at = next_run(rule, team.zone, at)
    return at


def _next(rule: Rule, team: Team, due: datetime) -> datetime:
    """When the next one comes, past holidays and quiet hours."""
    return _coming(rule, team, next_run(rule, team.zone, due))


def _coming(rule: Rule, team: Team, at: datetime) -> datetime:
    while is_holiday(team, at.astimezone(team.zone).date()):
        at = _put_off(rule, team, at) or next_run(rule, team.zone, at)
    return out_of(quiet_hours(team), team.zone, at)


def upcoming(schedule: Schedule, team: Team, now: datetime) -> datetime:
    """When a schedule's next digest comes; one that is due comes at once, a paused one as if it were resumed."""
    rule = rule_of(schedule.rule)
    if schedule.paused_at is not None and schedule.next_run_at <= now:
        return _next(rule, team, now)
    return _coming(rule, team, max(schedule.next_run_at, now))
