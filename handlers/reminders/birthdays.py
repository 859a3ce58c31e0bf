"""Birthdays of customers who agreed: in the morning each owner hears whose it is, with a text to forward."""

from calendar import isleap
from datetime import date, datetime, timedelta

from handlers.base import Reply, Team
from handlers.clockwork.occasions import Occasion, Outcome, Standing
from handlers.clockwork.telling import tell_member
from metrics.periods.timetable import Rule
from metrics.wording import Say
from store import Session
from store.customers import followups
from store.customers.followups import Born

STANDING = Standing("birthdays", Rule("day", "08:30"), timedelta(hours=10))


async def born_on(session: Session, team: Team, today: date, now: datetime) -> list[Born]:
    """Return whose birthday is told on a day: by the team's setting those who agreed, all, or nobody."""
    whose = team.settings["birthdays"]
    if whose == "off":
        return []
    days = [f"{today:%m-%d}", *(["02-29"] if f"{today:%m-%d}" == "03-01" and not isleap(today.year) else [])]
    born = await followups.birthdays(session, team.id, days, now)
    return [one for one in born if one.birthday_agreed_at is not None or whose == "all"]


async def greet(occasion: Occasion) -> Outcome:
    """Tell the owners of today's birthdays; those who want no contact are left in peace."""
    team, now = occasion.team, occasion.now
    today = occasion.due.astimezone(team.zone).date()
    async with occasion.database.read() as session:
        born = await born_on(session, team, today, now)
    if not born:
        return Outcome("empty")

    async def write(session: Session) -> None:
        for one in born:
            await tell_member(
                session, team.id, one.owner_id, lambda say, one=one: _word(say, one.name, one.phone),  # type: ignore[misc]
                key=f"birthday:{one.id}:{today:%Y}", now=now, kind="reminder", fresh=timedelta(hours=12),
            )  # fmt: skip

    return Outcome(write=write)


def _word(say: Say, name: str, phone: str | None) -> Reply:
    """The news, and as a message of its own the text to forward."""
    news = say("🎂 Today is {name}'s birthday.", name=name) + (f" {say.value(phone)}" if phone else "")
    wish = say("Happy birthday, {name}! Wishing you health and joy.", name=name)
    return Reply(news, then=(Reply(wish),))
