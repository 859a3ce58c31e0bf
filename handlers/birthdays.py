"""Birthdays: in the morning each owner hears whose it is, with a text to forward."""

from collections import defaultdict
from datetime import timedelta

from handlers.base import Reply
from handlers.proactive import Occasion, Outcome, Standing
from handlers.telling import tell_member
from metrics.periods.timetable import Rule
from metrics.wording import Say
from store import Session, followups

STANDING = Standing("birthdays", Rule("day", "08:30"), timedelta(hours=10))

_Person = tuple[int, str, str | None]


async def greet(occasion: Occasion) -> Outcome:
    """Tell the owners of today's birthdays; those who want no contact are left in peace."""
    today = occasion.due.astimezone(occasion.team.zone).date()
    days = [f"{today:%m-%d}", *(["02-29"] if f"{today:%m-%d}" == "03-01" and not _leaps(today.year) else [])]
    owners: dict[int, list[_Person]] = defaultdict(list)
    async with occasion.database.read() as session:
        for day in days:
            for owner, customer_id, name, phone in await followups.birthdays(
                session, occasion.team.id, day, occasion.now
            ):
                owners[owner].append((customer_id, name, phone))
    if not owners:
        return Outcome("empty")

    async def write(session: Session) -> None:
        for owner, people in owners.items():
            for customer_id, name, phone in people:
                await tell_member(
                    session, occasion.team.id, owner, lambda say, name=name, phone=phone: _word(say, name, phone),  # type: ignore[misc]
                    key=f"birthday:{customer_id}:{today:%Y}", now=occasion.now, kind="reminder",
                    fresh=timedelta(hours=12),
                )  # fmt: skip

    return Outcome(write=write)


def _word(say: Say, name: str, phone: str | None) -> Reply:
    """The news, and as a message of its own the text to forward."""
    news = say("🎂 Today is {name}'s birthday.", name=name) + (f" {say.value(phone)}" if phone else "")
    wish = say("Happy birthday, {name}! Wishing you health and joy.", name=name)
    return Reply(news, then=(Reply(wish),))


def _leaps(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
