"""Moves a schedule to another hour, zone or rule, so that no day's run is left out and none comes twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.base import Team
from handlers.clockwork.calendar import weekdays
from handlers.clockwork.covering import UNTOLD, kept_untold
from metrics.periods.timetable import Rule, missed, next_run, on_its_day, rule_of, run_key
from store import Session
from store.queues import schedules
from store.queues.schedules import Schedule

ZONE_CHANGED = "the time zone was changed"
HOUR_CHANGED = "its hour was changed"


async def retime(session: Session, one: Schedule, rule: Rule, zone: ZoneInfo, now: datetime, why: str) -> None:
    """Let a schedule come by ``rule`` in ``zone``: on the day that it would have come next, or earlier if that is free.

    What would then lie back longer than its grace is recorded as missed, with the reason ``why``.
    """
    due = next_run(rule, zone, now)
    ahead = one.paused_at is None or one.next_run_at > now
    if ahead and rule.every != "hour":
        due = min(due, on_its_day(rule, zone, one.next_run_at, ZoneInfo(one.zone)))
    past, due = missed(rule, zone, due, now, timedelta(seconds=one.grace_s))
    for at in past:
        await schedules.record(session, one, run_key(rule, at, zone), at, now, "missed", reason=why)
    await _move(session, one, rule, zone, due)


async def renew(session: Session, one: Schedule, rule: Rule, team: Team, now: datetime) -> None:
    """Let a schedule come by another ``rule``, or by its own again, from now on; a day that had its run has it.

    What is due already still comes, where the rule is of the same kind: of other weekdays. What its own rule has put
    off still comes when it is ahead; of what has passed while it was paused nothing is told.
    """
    own, due = rule_of(one.rule), next_run(rule, team.zone, now)
    slept = one.paused_at is not None and one.next_run_at <= now
    waits = one.next_run_at <= now and rule.every == own.every
    put_off = one.next_run_at > now and rule == own
    if not slept and (waits or put_off):
        due = min(due, one.next_run_at)
    await _move(session, one, rule, team.zone, due)
    what = {**one.what, UNTOLD: None} if slept else await kept_untold(session, one, own, rule, team)
    await schedules.change(session, one.team_id, one.id, what=what)


async def _move(session: Session, one: Schedule, rule: Rule, zone: ZoneInfo, due: datetime) -> None:
    """Set the rule, and the first due time from ``due`` on whose day has not had its run."""
    while await schedules.ran(session, one, [run_key(rule, due, zone)]):
        due = next_run(rule, zone, due)
    await schedules.change(session, one.team_id, one.id, rule=rule.json(), zone=zone.key, next_run_at=due)


async def rezone(session: Session, team_id: int, zone: ZoneInfo, now: datetime) -> None:
    """Let all of a team's schedules come at their hour of another zone."""
    for one in await schedules.of_team(session, team_id):
        await retime(session, one, rule_of(one.rule), zone, now, ZONE_CHANGED)


async def reweek(session: Session, team: Team, now: datetime) -> None:
    """Let what comes on a team's working days come on those that it has now."""
    days = weekdays(team)
    for one in await schedules.of_team(session, team.id):
        rule = rule_of(one.rule)
        if rule.working and rule.days != days:
            await renew(session, one, replace(rule, days=days), team, now)
