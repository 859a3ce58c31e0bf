"""The buttons of alerts: change, pause, quieten, remove one, see all of it; and those of a thing that waits."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers.alerts.figures import crossing_on
from handlers.alerts.kinds import THINGS, WAITING, Alert, alerts_in, alerts_of, kept, rewrite, said
from handlers.alerts.showing import ALL, DAY, LIMIT, MORE, OLD_WEEK, PAUSE, REMOVE, WEEK, may_be, shown
from handlers.alerts.things import KINDS, all_of, alone, gone, thing_of, waiting
from handlers.alerts.waiting import KIND as LOOK
from handlers.alerts.words import everybody
from handlers.base import LEADERS, LOGGERS, Handler, Reply, Request, UserError, team_of
from handlers.buttons import STALE, id_of, parts_of
from handlers.clockwork.hours import morning
from handlers.records import echo
from handlers.records.receipts import frame
from handlers.reminders.followups import taken_back, what
from metrics.wording import Html, Phrase, phrase
from store import Session
from store.customers import followups
from store.facts.untouched import Thing
from store.queues import looks

_QUIET = {DAY: timedelta(days=1), WEEK: timedelta(days=7), OLD_WEEK: timedelta(days=7)}
_AHEAD = {DAY: 1, WEEK: 7}


async def _press(request: Request) -> Reply:
    """Do something about an alert."""
    number, act = parts_of(request.argument, 2)
    if act.startswith(ALL):
        return await _all(request, id_of(number), act.removeprefix(ALL))
    if request.member.role not in LEADERS:
        raise UserError(phrase("Alerts are for managers and owners. You can send: /today"))
    team = team_of(request)
    async with request.begin() as session:
        held = await kept(session, team, request.now)
        alerts = alerts_of(held.what)
        one = _known(alerts, id_of(number))
        changed, reply = _changed(request, one, act)
        if changed != one:
            left = [changed if other is one else other for other in alerts]
            await rewrite(session, team.id, held.id, [other for other in left if other is not None])
            if changed is not None and changed.kind in WAITING:
                await looks.start(session, team.id, LOOK, request.now)
        return await request.settle(session, reply)


def _known(alerts: list[Alert], number: int) -> Alert:
    one = next((one for one in alerts if one.id == number and one.known), None)
    if one is None:
        raise UserError(phrase("That alert is gone already. See /alert"))
    return one


def _changed(request: Request, one: Alert, act: str) -> tuple[Alert | None, Reply]:
    """Return the alert as a button makes it (None: removed), and what is said."""
    team, say = team_of(request), request.say
    words = said(one, team.currency)
    if act == MORE:
        return one, shown(say, one, team, request.now)
    if act == REMOVE:
        return None, Reply(say("Removed: {alert}", alert=words))
    if act in _QUIET:
        until = request.now + _QUIET[act]
        text = say("Quiet until {day}: {alert}", alert=words, day=until.astimezone(team.zone).date())
        return replace(one, snoozed_until=until.isoformat()), Reply(text)
    if act == PAUSE:
        changed = replace(one, paused=not one.paused, snoozed_until="")
    else:
        limit = may_be(one, team, act.removeprefix(LIMIT)) if act.startswith(LIMIT) else None
        if limit is None:
            raise UserError(STALE)
        changed = replace(one, limit=limit, over=())
    return changed, shown(say, changed, team, request.now, edits=True)


async def _all(request: Request, number: int, day: str) -> Reply:
    """Show all that an alert is about: everybody who stands crossed on a day, or every thing that waits now.

    A rep sees what they look after themselves.
    """
    team, leads = team_of(request), request.member.role in LEADERS
    async with request.database.read() as session:
        one = _known(await alerts_in(session, team.id), number)
        if one.kind in THINGS:
            found = await waiting(session, team, one, request.now)
            mine = [thing for thing in found if leads or thing.owner_id == request.member.id]
            return all_of(request.say, team, one, mine)
        if not leads:
            raise UserError(phrase("Alerts are for managers and owners. You can send: /today"))
        answer, values = await crossing_on(session, team, request.now, one, _day(day))
    return everybody(request.say, one, answer, values)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a date
    except ValueError:
        raise UserError(STALE) from None


async def _thing(session: Session, request: Request, letter: str, number: str) -> Thing:
    """Return a thing that still waits, for who leads the team or looks after it."""
    kind = KINDS.get(letter)
    if kind is None:
        raise UserError(STALE)
    if request.member.role not in LOGGERS:
        raise UserError(phrase("Viewers only ask; a manager can give you another role."))
    found = await thing_of(session, team_of(request), kind, id_of(number), request.now)
    if found is None or (request.member.role not in LEADERS and found.owner_id != request.member.id):
        raise UserError(gone(kind))
    return found


async def _press_alone(request: Request) -> Reply:
    letter, number = parts_of(request.argument, 2)
    async with request.database.read() as session:
        return alone(request.say, team_of(request), await _thing(session, request, letter, number))


_LATER: dict[str, Phrase] = {
    "lead": phrase("new lead not contacted yet"),
    "ticket": phrase("ticket not answered yet"),
    "deal": phrase("deal with no activity"),
}


async def _press_later(request: Request) -> Reply:
    """Put a thing off: its presser is reminded of it."""
    letter, number, choice = parts_of(request.argument, 3)
    if choice not in _AHEAD:
        raise UserError(STALE)
    team, me = team_of(request), request.member.id
    async with request.begin() as session:
        thing = await _thing(session, request, letter, number)
        made = await followups.plan(
            session, team.id, me, morning(team, request.now, _AHEAD[choice]), request.now, origin="alert",
            text=request.say.plain(_LATER[thing.kind]), customer_id=thing.customer_id, record_id=thing.id,
            key=f"al:{thing.id}:{me}",
        )  # fmt: skip
        one = await followups.follow_up(session, team.id, made)
        when = Html(echo.moment(request.say, one.due_at, frame(request)) or "")
        text = request.say("Later, {when}: {what}", when=when, what=Html(what(request.say, one)))
        return await request.settle(session, Reply(text, ((taken_back(request.say, made),),), edits=True))


BUTTONS: dict[str, Handler] = {"al": _press, "alone": _press_alone, "alz": _press_later}
