"""Alerts by the clock: each morning figures and deals are held against their limits; only a crossing speaks.

An alert speaks when its figure crosses the limit, and once more when it is back; what was watched for the first time
and is on the wrong side already has crossed. A figure that is not known is on neither side. All that a chat has to
hear comes as one message, a long list cut to its head with a button for the rest. A morning that was missed is made
up for on the next one, before that one's own figures.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers.alerts import waiting as all_day
from handlers.alerts.figures import found
from handlers.alerts.holding import Finding
from handlers.alerts.kinds import KIND, WAITING, Alert, alerts_of, rewrite
from handlers.alerts.pictures import pictured
from handlers.alerts.things import waiting
from handlers.alerts.words import among, together
from handlers.base import Reply
from handlers.clockwork.calendar import is_holiday
from handlers.clockwork.occasions import Occasion, Outcome
from handlers.clockwork.telling import Place, tell
from metrics.wording import Say
from store import Session
from store.facts.untouched import Thing
from store.people.reaching import leaders_of
from store.queues import schedules
from store.queues.schedules import Run

Things = list[tuple[Alert, list[Thing]]]


async def watch(occasion: Occasion) -> Outcome:
    """Hold every alert of a team against its limit."""
    now, team = occasion.now, occasion.team
    alerts = alerts_of(occasion.schedule.what)
    if not alerts or is_holiday(team, occasion.due.astimezone(team.zone).date()):
        return Outcome("empty")
    async with occasion.database.remembering() as session:
        leaders = {one.chat_id: one.member_id for one in await leaders_of(session, team.id)}
        before = await schedules.runs_of(session, team.id, occasion.schedule.id, _DAYS)
        begins, mornings = _begins(occasion, before), _mornings(occasion, before)
        due = [one for one in alerts if one.chat_id in leaders and not _rests(one, now, begins=begins)]
        watched = [one for one in due if one.kind != "deal"]
        figures = [each for one in watched for each in await found(session, team, now, one, mornings)]
        deals = [(one, await waiting(session, team, one, now)) for one in due if one.kind == "deal"]
        told = {all_day.name_of(one): [int(id_) for id_ in one.over] for one, _ in deals}
        _, new = all_day.news(deals, told | {all_day.OWNERS: [id_ for ids in told.values() for id_ in ids]})
        idle = await all_day.places(session, team.id, new, leaders)
    said = {place: (mine, idle.get(place, [])) for place, mine in _by_place(team.id, figures, idle).items()}
    replies = {place: await _reply(occasion, place, *parts) for place, parts in said.items()}
    over = {one.alert.id: one.alert.over for one in figures}
    over |= {one.id: tuple(str(thing.id) for thing in things) for one, things in deals}

    async def write(session: Session) -> None:
        await _remember(session, team.id, over)
        for place, reply in replies.items():
            await tell(session, place, lambda _say, reply=reply: reply, key=f"{occasion.key}:{place.chat_id}",  # type: ignore[misc]
                       now=now, kind="alert")  # fmt: skip

    return Outcome("sent" if replies else "empty", write=write)


def _rests(alert: Alert, now: datetime, *, begins: bool) -> bool:
    """Whether an alert is not of the morning, is snoozed or paused, or by the week and has had its morning."""
    return alert.kind in WAITING or alert.rests(now) or (alert.weekly and not begins) or not alert.known


def _begins(occasion: Occasion, before: Sequence[Run]) -> bool:
    """Whether nobody has looked this week yet: it is Monday, or the mornings since were holidays or missed.

    Missed they were just now, or earlier: a bot that starts on Monday evening has recorded its morning as missed.
    """
    team = occasion.team
    today = occasion.due.astimezone(team.zone).date()
    missed = {*occasion.missed, *(run.due_at for run in before if run.state == "missed")}
    silent = {at.astimezone(team.zone).date() for at in missed}
    earlier = (today - timedelta(days=back) for back in range(1, today.weekday() + 1))
    return all(on in silent or is_holiday(team, on) for on in earlier)


def _mornings(occasion: Occasion, before: Sequence[Run]) -> list[date]:
    """The mornings to tell of: those that were missed since anybody looked, but holidays, and this one."""
    team, missed = occasion.team, [*occasion.missed]
    for run in before:
        if run.state == "missed":
            missed.append(run.due_at)
        elif not is_holiday(team, run.due_at.astimezone(team.zone).date()):
            break
    days = {at.astimezone(team.zone).date() for at in (*missed, occasion.due)}
    return sorted(on for on in days if not is_holiday(team, on))[-_DAYS:]


_DAYS = 7
"""So many mornings a week has, each with one run."""


def _by_place(team_id: int, figures: Sequence[Finding], idle: Mapping[Place, Things]) -> dict[Place, list[Finding]]:
    """What each chat hears of figures; a chat that hears of deals alone has none."""
    mine: dict[Place, list[Finding]] = defaultdict(list)
    for one in figures:
        if one.crossed or one.back:
            mine[Place(team_id, one.alert.chat_id, one.alert.language)].append(one)
    return {place: mine[place] for place in dict.fromkeys((*mine, *idle))}


async def _reply(occasion: Occasion, place: Place, figures: Sequence[Finding], idle: Things) -> Reply:
    """One message for all that a chat has to hear; a single figure with its picture."""
    say = Say(place.language)
    if not figures:
        return all_day.together(say, occasion.team, idle)
    reply = together(say, occasion.team, figures)
    if idle:
        also = all_day.among(say, occasion.team, idle)
        return Reply(f"{reply.text}\n\n{also.text}", (*among(say, figures), *also.buttons))
    if len(figures) != 1:
        return reply
    return replace(reply, photo=await pictured(figures[0], say, occasion.painter))


async def _remember(session: Session, team_id: int, over: Mapping[int, tuple[str, ...]]) -> None:
    """Keep who stands crossed, and drop the alerts of those who no longer lead the team.

    Alerts that were changed or removed meanwhile stay as they are now.
    """
    held = await schedules.standing(session, team_id, KIND)
    if held is None:
        return
    leaders = {one.chat_id for one in await leaders_of(session, team_id)}
    alerts = [replace(one, over=over.get(one.id, one.over)) for one in alerts_of(held.what) if one.chat_id in leaders]
    await rewrite(session, team_id, held.id, alerts)
