"""A rep's day: what is done and missing to the target, what is due, birthdays, deals without a next step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from handlers.base import Button, Document, Handler, Reply, Request, Team, UserError, team_of
from handlers.buttons import data, in_rows
from handlers.records import echo
from handlers.records.receipts import frame
from handlers.records.to_target import gaps
from handlers.reminders.birthdays import born_on
from handlers.reminders.followups import what
from metrics.periods.wall import at_wall
from metrics.wording import Html, Money, ShortMoney, phrase
from store import Session
from store.customers import followups
from store.customers.followups import FollowUp, IdleDeal
from store.records.totals import today_of

LISTED = 8
DEALS = 3


@dataclass(frozen=True, slots=True)
class Day:
    """What a day is made of: open follow-ups until its end, birthdays of own customers, idle deals."""

    open: Sequence[FollowUp]
    birthdays: Sequence[str]
    deals: Sequence[IdleDeal]


async def today(request: Request) -> Reply:
    """Show the sender's day; buttons lead to each follow-up, and to a next step for each deal."""
    team = team_of(request)
    async with request.database.read() as session:
        day = await _day(session, request, team)
        done = [await _done(session, request, team), *await gaps(session, request)]
    lines = [*done, *_followups(request, day), *_rest(request, day)]
    if len(lines) == len(done):
        lines.append(request.say("Nothing is due. Plan something: /remind Lan friday 9am"))
    return Reply("\n".join(lines), _buttons(request, day))


async def _day(session: Session, request: Request, team: Team) -> Day:
    local = request.now.astimezone(team.zone).date()
    end = at_wall(datetime.combine(local + timedelta(days=1), time()), team.zone)
    me = request.member.id
    return Day(
        await followups.open_of(session, team.id, me, end),
        [one.name for one in await born_on(session, team, local, request.now) if one.owner_id == me],
        await followups.idle_deals(session, team.id, me, DEALS),
    )


async def _done(session: Session, request: Request, team: Team) -> str:
    """The day's own counts."""
    total = await today_of(session, team.id, request.member.id, request.now.astimezone(team.zone).date())
    amount = ShortMoney(total.amount_minor, team.currency)
    return request.say(
        "<b>Today</b>: calls {calls}, contacts {contacts}, sales {sales} ({amount})",
        calls=total.calls, contacts=total.contacts, sales=total.sales, amount=amount,
    )  # fmt: skip


def _followups(request: Request, day: Day) -> Iterator[str]:
    say = request.say
    late = [one for one in day.open if one.due_at < request.now]
    if day.open:
        yield say("Follow-ups: {due} due today, {late} overdue", due=len(day.open), late=len(late))
    for number, one in enumerate(day.open[:LISTED], 1):
        when = echo.moment(say, one.due_at, frame(request)) or say("now")
        yield say("{number}. {when}: {what}", number=str(number), when=Html(when), what=Html(what(say, one)))
    if len(day.open) > LISTED:
        yield say("… and {n} more", n=len(day.open) - LISTED)


def _rest(request: Request, day: Day) -> Iterator[str]:
    say = request.say
    if day.birthdays:
        yield say("🎂 Birthday today: {names}", names=list(day.birthdays))
    for deal in day.deals:
        amount = Money(deal.amount_minor, deal.currency) if deal.amount_minor is not None else "—"
        yield say("No next step: deal #{number}, {name}, {amount}", number=str(deal.number), name=deal.customer,
                  amount=amount)  # fmt: skip


def _buttons(request: Request, day: Day) -> tuple[tuple[Button, ...], ...]:
    say = request.say.plain
    keys = [Button(str(number), data("fu", one.id, "s")) for number, one in enumerate(day.open[:LISTED], 1)]
    rows = list(in_rows(keys, 4))
    rows += [
        (Button(say("Remind: #{number}", number=str(deal.number)), data("rem", deal.id, "?")),) for deal in day.deals
    ]
    if day.open:
        rows.append((Button(say("Into my calendar"), data("ics", "me")),))
    return tuple(rows)


MOST_EVENTS = 2000
"""Follow-ups in one calendar file: what a phone's calendar still opens."""


async def _press_calendar(request: Request) -> Reply:
    """Send the presser's open follow-ups as a calendar file."""
    async with request.database.read() as session:
        mine = await followups.open_of(session, team_of(request).id, request.member.id, most=MOST_EVENTS)
    if not mine:
        raise UserError(phrase("You have no follow-ups. For example: /remind Lan friday 9am"))
    events = [_event(one, what(request.say.plain, one), request.now) for one in mine]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Chot//follow-ups//", *events, "END:VCALENDAR", ""])
    return Reply(request.say("Open it with your calendar."), document=Document("follow-ups.ics", text.encode()))


def _event(one: FollowUp, title: str, now: datetime) -> str:
    """One event of half an hour (RFC 5545), with an alarm at its time; the same file again replaces it."""
    begins, ends = one.due_at, one.due_at + timedelta(minutes=30)
    lines = [
        "BEGIN:VEVENT",
        f"UID:followup-{one.team_id}-{one.id}@chot",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(begins)}",
        f"DTEND:{_utc(ends)}",
        f"SUMMARY:{_escaped(title)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(title)}",
        "TRIGGER:PT0S",
        "END:VALARM",
        "END:VEVENT",
    ]
    return "\r\n".join(_folded(line) for line in lines)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """RFC 5545: a line has at most 75 bytes, the next begins with a space."""
    parts, current = [], ""
    for sign in line:
        if len((current + sign).encode()) > 74:
            parts.append(current)
            current = ""
        current += sign
    return "\r\n ".join([*parts, current])


BUTTONS: dict[str, Handler] = {"ics": _press_calendar}
