"""Customers who stopped buying, week by week, each with buttons for the reason: what `/retention` says of them.

`listed` is the whole list as a reply, as the command gives it; `handlers.reminders.parting` sends each owner
theirs once a week, and the managers that of the customers whom nobody looks after.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers.base import LEADERS, LOGGERS, Button, Handler, Reply, Request, Role, Team, UserError, team_of
from handlers.buttons import STALE, data, id_of, in_rows, parts_of
from handlers.figures.asked import rules_of
from handlers.records import echo
from metrics.facts.leaving import last_week, newly_inactive
from metrics.periods.wall import instant
from metrics.wording import Html, Say, phrase, plural_phrase
from store import NotFound, Session
from store.customers.lookup import CustomerRow, customer
from store.facts.leaving import Gone
from store.people.reaching import everyone_of
from store.records.care import say_why

SHOWN = 15
"""Customers listed in one message, those longest gone first."""
NOBODY = 0
"""In place of an owner: those customers who have none, or whose owner has left or was never on Telegram."""
_NOBODYS = "n"
Week = tuple[datetime, datetime]


async def inactive(request: Request) -> Reply:
    """List who stopped buying last week: a rep's own customers, a manager's whole team."""
    team = team_of(request)
    async with request.database.read() as session:
        return await listed(session, team, _owner(request), request.say, request.now)


async def listed(
    session: Session, team: Team, owner_id: int | None, say: Say, now: datetime, week: Week | None = None
) -> Reply:
    """Return the customers of an owner (None: of all) who stopped buying in a week, last week when not given.

    They were active when the week began and not when it ended, by the team's window.
    """
    rules = rules_of(team)
    week = week or last_week(now, rules)
    found = await newly_inactive(session, rules, now, owner_id or None, week)
    if owner_id == NOBODY:
        cared = await looking_after(session, team.id)
        found = [one for one in found if one.owner_id not in cared]
    return shown(say, team, found, week, owner_id)


async def looking_after(session: Session, team_id: int) -> set[int]:
    """Return the members who can be told of a customer of theirs."""
    return {one.member_id for one in await everyone_of(session, team_id)}


def shown(say: Say, team: Team, found: Sequence[Gone], week: Week, owner_id: int | None) -> Reply:
    """Word those who stopped buying in a week, with a button for each of whom nobody has said why."""
    first, last = (at.astimezone(team.zone).date() for at in (week[0], week[1] - timedelta(microseconds=1)))
    if not found:
        text = say(
            "Nobody stopped buying from {first} to {last} (no purchase in {window} days).",
            first=first, last=last, window=team.window_days,
        )  # fmt: skip
        return Reply(text)
    about = {"n": len(found), "first": first, "last": last, "window": team.window_days}
    title = say(replace(_OF_NOBODY if owner_id == NOBODY else _STOPPED, params=about))
    lines = [_line(say, one, team) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(say("and {n} more", n=len(found) - SHOWN))
    mark = f"{first:%Y%m%d}" + (_NOBODYS if owner_id == NOBODY else "")
    return Reply("\n".join([title, *lines]), _asking(found, mark))


_STOPPED = plural_phrase(
    "<b>{n} customer stopped buying</b> from {first} to {last}: no purchase in {window} days. Why?",
    "<b>{n} customers stopped buying</b> from {first} to {last}: no purchase in {window} days. Why?",
)
_OF_NOBODY = plural_phrase(
    "<b>{n} customer whom nobody looks after stopped buying</b> from {first} to {last}: no purchase in {window} days."
    " Why?",
    "<b>{n} customers whom nobody looks after stopped buying</b> from {first} to {last}: no purchase in {window} days."
    " Why?",
)


def _line(say: Say, one: Gone, team: Team) -> str:
    day = one.last_at.astimezone(team.zone).date()
    if one.reason is None:
        return say("{name}, last bought {day}", name=one.name, day=day)
    return say("{name}, last bought {day}: {reason}", name=one.name, day=day,
               reason=Html(echo.term(say, one.reason)))  # fmt: skip


def _asking(found: Sequence[Gone], mark: str) -> tuple[tuple[Button, ...], ...]:
    """One button for each customer of whom nobody has said why."""
    return in_rows(
        [Button(one.name[:40], data("left", one.customer_id, mark)) for one in found[:SHOWN] if not one.reason]
    )


async def _press_left(request: Request) -> Reply:
    """Ask why one customer stopped buying."""
    customer_id, day = parts_of(request.argument, 2)
    async with request.database.read() as session:
        row = await _own(session, request, id_of(customer_id))
    plain = request.say.plain
    choices = [
        Button(echo.term(plain, reason), data("gone", row.id, day, _mark(reason))) for reason in _reasons(request)
    ]
    back = (Button(plain("Back"), data("inactive", day)),)
    return Reply(request.say("Why did {name} stop buying?", name=row.name), (*in_rows(choices), back), edits=True)


async def _press_gone(request: Request) -> Reply:
    """Keep the reason, and show the list again."""
    customer_id, day, mark = parts_of(request.argument, 3)
    reason = next((one for one in _reasons(request) if _mark(one) == mark), None)
    if reason is None:
        raise UserError(STALE)
    async with request.begin() as session:
        row = await _own(session, request, id_of(customer_id))
        await say_why(session, team_of(request).id, row.id, request.member.id, reason, request.now)
        after = request.now + timedelta(microseconds=1)  # what is said now is shown at once
        owner, week = _asked(request, day)
        found = await listed(session, team_of(request), owner, request.say, after, week)
        reply = Reply(found.text, found.buttons, edits=True, toast=request.say.plain("Recorded"))
        return await request.settle(session, reply)


async def _press_inactive(request: Request) -> Reply:
    async with request.database.read() as session:
        owner, week = _asked(request, request.argument)
        found = await listed(session, team_of(request), owner, request.say, request.now, week)
    return Reply(found.text, found.buttons, edits=True)


BUTTONS: dict[str, Handler] = {"left": _press_left, "gone": _press_gone, "inactive": _press_inactive}


def _owner(request: Request) -> int | None:
    return request.member.id if request.member.role is Role.REP else None


async def _own(session: Session, request: Request, customer_id: int) -> CustomerRow:
    """Return the customer, when the presser may say why they left."""
    if request.member.role not in LOGGERS:
        raise UserError(phrase("You may not log this; ask your manager."))
    try:
        row = await customer(session, team_of(request).id, customer_id)
    except NotFound:
        raise UserError(STALE) from None
    if request.member.role not in LEADERS and row.owner_id != request.member.id:
        raise UserError(phrase("That is a colleague's customer: only they or a manager can say why."))
    return row


def _reasons(request: Request) -> Sequence[str]:
    reasons: Any = team_of(request).settings["leaving_reasons"]
    return [str(reason) for reason in reasons]


def _mark(reason: str) -> str:
    """A short mark of a reason: the team's own words may be longer than a button carries."""
    return hashlib.sha256(reason.encode()).hexdigest()[:8]


def _asked(request: Request, mark: str) -> tuple[int | None, Week]:
    """Return whose customers a button's list shows, and the week that begins on its day, written ``20261116``."""
    try:
        first = datetime.strptime(mark.removesuffix(_NOBODYS), "%Y%m%d")  # noqa: DTZ007 - put on the team's clock below
    except ValueError:
        raise UserError(STALE) from None
    zone, owner = team_of(request).zone, _owner(request)
    if mark.endswith(_NOBODYS) and owner is None:
        owner = NOBODY
    return owner, (instant(first, zone), instant(first + timedelta(days=7), zone))
